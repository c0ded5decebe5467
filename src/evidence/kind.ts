/** What a kind of evidence says of itself: what it rests on, what it asks of the models at worst, how it is gathered. */
import type { Role } from '../engine/engine.js'
import type {
  ConformalReference,
  EvidenceKind,
  EvidenceKinds,
  EvidenceParameters,
  Generation,
  MemberScores
} from '../scorer.js'
import type { Asker } from './asker.js'
import type { Comparisons } from './comparison/comparisons.js'
import type { GeneratedRows } from './generation/generated-rows.js'
import type { EvidenceInput, SuppliedEvidence } from './input.js'
import type { Embeddings } from './similarity/embeddings.js'

/** What is known of a request before anything runs. */
export interface Circumstances {
  readonly supply: SuppliedEvidence
  /** Whether the language model may be asked, and there is a conversation to ask about. */
  readonly asksModel: boolean
  /** Whether the language model may be asked, if only to read a text on its own. */
  readonly fills: boolean
  /** Samples that are drawn when they are needed and none were supplied. */
  readonly sampleCount: number
  /** Longest answer or sample, in tokens. */
  readonly maxTokens: number
}

/** What one kind asks of the models, at worst; whatever is absent is nothing. */
export interface Work {
  /** The answer is decoded greedily, as a row of the shared call. */
  readonly answer?: boolean
  /** Samples are drawn, as rows of the shared call. */
  readonly samples?: boolean
  /** Alternatives wanted for every token of that call and of forced texts, 0 to 20. */
  readonly alternatives?: number
  /** Whether statistics of the whole vocabulary are wanted for every token of the answer. */
  readonly distributions?: boolean
  /** Texts that are read by teacher forcing. */
  readonly forcedTexts?: readonly string[]
  /** Characters of prompts that are read by calls of its own. */
  readonly promptChars?: number
  /** Texts that calls of its own write. */
  readonly generations?: number
  /** Tokens that calls of its own may generate. */
  readonly completionTokens?: number
  /** Directed comparisons between samples (and the answer): shared by all kinds that compare them. */
  readonly samplePairs?: number
  /** Directed comparisons of other texts. */
  readonly pairs?: number
  /** Texts that are embedded. */
  readonly embeddings?: number
}

/** What comes from above: from the request's policy and from its other scorers. */
export interface Peers {
  /** The calibration side of the request's policy. Throws `Missing`. */
  conformal(): Promise<ConformalReference>
  /** What other scorers say of the same answer. They were planned with the request. Throws `Missing`. */
  scores(wanted: NonNullable<EvidenceParameters['scores']>): Promise<MemberScores>
}

/** What a kind may draw on while it gathers. */
export interface Sources {
  readonly input: EvidenceInput
  readonly ask: Asker
  readonly comparisons: Comparisons
  readonly embeddings: Embeddings
  /** Another kind of evidence, gathered once per request. */
  get<K extends EvidenceKind>(kind: K, parameters?: EvidenceParameters): Promise<EvidenceKinds[K]>
  /** The one call that decodes the planned answer and samples. Throws `Missing` without a conversation. */
  rows(): GeneratedRows
  /**
   * Samples one by one, in order, as they finish; `answerIncluded` puts the answer behind them. With adaptive sampling
   * there may be fewer than planned. Throws `Missing`.
   */
  sampleStream(answerIncluded: boolean): AsyncIterable<Generation>
  readonly peers: Peers
}

/** One kind of evidence. */
export interface Kind<K extends EvidenceKind = EvidenceKind> {
  /** Kinds that it asks for; what they ask of the models is added to its own. */
  readonly restsOn?: (parameters: EvidenceParameters) => readonly EvidenceKind[]
  /** Whether the caller supplied it, so that nothing underneath is needed. */
  readonly isSupplied?: (supply: SuppliedEvidence) => boolean
  /** Work of its own, without that of the kinds it rests on. */
  readonly work?: (circumstances: Circumstances, parameters: EvidenceParameters) => Work
  /** Fields of the body that it reads, as dotted paths. */
  readonly reads?: readonly string[]
  /** Models whose files decide its value, beside those of the kinds it rests on. */
  readonly roles?: readonly Role[]
  /** Gatherings with equal keys are one; by default the parameters of this kind. */
  readonly key?: (parameters: EvidenceParameters) => string
  /** Rejects with `Missing` when the evidence cannot be had, with a `QualmError` when a model failed. */
  readonly gather: (sources: Sources, parameters: EvidenceParameters) => Promise<EvidenceKinds[K]>
}

/** The kinds of one family, by name. */
export type KindTable<K extends EvidenceKind> = { readonly [Name in K]: Kind<Name> }
