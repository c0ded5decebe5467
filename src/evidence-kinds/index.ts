/** Every kind of evidence: its name, the type of its value, and what may be asked of it. One file per family. */
import type { ComparisonKinds, ComparisonParameters } from './comparison.js'
import type { DecisionKinds } from './decision.js'
import type { GenerationKinds, GenerationParameters } from './generation.js'
import type { ReflexiveKinds } from './reflexive.js'

export type * from './comparison.js'
export type * from './decision.js'
export type * from './generation.js'
export type * from './reflexive.js'

/** Every kind of evidence and the type of its value. */
export interface EvidenceKinds extends GenerationKinds, ComparisonKinds, ReflexiveKinds, DecisionKinds {}

export type EvidenceKind = keyof EvidenceKinds

/** Settings that change what is gathered; a kind without an entry takes none. */
export interface EvidenceParameters extends GenerationParameters, ComparisonParameters {}
