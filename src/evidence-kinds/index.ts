/** Every kind of evidence: its name, the type of its value, and what may be asked of it. One file per family. */
import type { ChoicesKinds, ChoicesParameters } from './choices.js'
import type { ComparisonKinds, ComparisonParameters } from './comparison.js'
import type { DecisionKinds, DecisionParameters } from './decision.js'
import type { DistributionKinds, DistributionParameters } from './distribution.js'
import type { GenerationKinds, GenerationParameters } from './generation.js'
import type { PerturbationKinds, PerturbationParameters } from './perturbation.js'
import type { ReflexiveKinds, ReflexiveParameters } from './reflexive.js'
import type { SentencesKinds } from './sentences.js'
import type { SimilarityKinds } from './similarity.js'
import type { TokensKinds, TokensParameters } from './tokens.js'

export type * from './choices.js'
export type * from './comparison.js'
export type * from './decision.js'
export type * from './distribution.js'
export type * from './generation.js'
export type * from './perturbation.js'
export type * from './reflexive.js'
export type * from './sentences.js'
export type * from './similarity.js'
export type * from './tokens.js'

/** Every kind of evidence and the type of its value. */
export interface EvidenceKinds
  extends
    GenerationKinds,
    ComparisonKinds,
    SimilarityKinds,
    SentencesKinds,
    TokensKinds,
    DistributionKinds,
    ReflexiveKinds,
    PerturbationKinds,
    ChoicesKinds,
    DecisionKinds {}

export type EvidenceKind = keyof EvidenceKinds

/** Settings that change what is gathered; a kind without an entry takes none. */
export interface EvidenceParameters
  extends
    GenerationParameters,
    ComparisonParameters,
    TokensParameters,
    DistributionParameters,
    ReflexiveParameters,
    PerturbationParameters,
    ChoicesParameters,
    DecisionParameters {}
