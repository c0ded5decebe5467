/**
 * The scorer contract: what a scorer may read, what it says of itself, what it returns.
 * Everything that scores or gathers evidence imports this file; it imports only the types of evidence.
 */
import type { EvidenceKind, EvidenceKinds, EvidenceParameters } from './evidence-kinds/index.js'

export type * from './evidence-kinds/index.js'

/** A JSON Schema of an options object, with `default` on every property. */
export type OptionSchema = Readonly<Record<string, unknown>>
export type Options = Readonly<Record<string, unknown>>

export type Direction = 'higher_is_more_uncertain' | 'higher_is_more_certain'
export type Unit = 'nats' | 'probability' | 'ratio' | 'count'

/** What a scorer returns: a finite value within its range, and named facts behind it. */
export interface Scored {
  readonly value: number
  /** Bounds of this value where the options change those of the scorer. */
  readonly range?: readonly [number | null, number | null]
  readonly detail?: Readonly<Record<string, unknown>>
  /** Conditions a reader must know, e.g. `truncated`. Codes are snake_case. */
  readonly warnings?: readonly Warning[]
}

export interface Warning {
  readonly code: string
  readonly message: string
}

/** Work per request at worst, over 10 samples and an answer of one sentence. What is left out is none. */
export interface Cost {
  /** Texts that the language model writes. */
  readonly generations: number
  /** Directed comparisons by the entailment model. */
  readonly entailment_pairs: number
  /** Prompts and texts that the language model reads without writing. */
  readonly readings?: number
  /** Texts that the embedding model reads. */
  readonly embeddings?: number
}

/** A scoring method. `K` is the evidence that `score` may read. */
export interface Scorer<K extends EvidenceKind = EvidenceKind> {
  /** Public name; equals the file name. */
  readonly name: string
  /** Raised when the same evidence and options come to give other values; absent is 1. */
  readonly version?: number
  /** One sentence for the catalogue. */
  readonly summary: string
  /** Paper or source of the formula. */
  readonly reference: string
  readonly needs: readonly K[]
  readonly unit: Unit
  /** Lower and upper bound of `value`; null means unbounded. */
  readonly range: readonly [number | null, number | null]
  readonly direction: Direction
  /** Work this scorer adds per request when nothing is supplied or shared. */
  readonly cost: Cost
  /** JSON Schema of the options; absent when there are none. */
  readonly options?: OptionSchema
  /** What the options ask of the evidence. */
  readonly parameters?: (options: Options) => EvidenceParameters
  /** Other scorers whose values this one reads, as evidence `scores`; they run with the request's options for them. */
  readonly members?: (options: Options) => readonly string[]
  /** Pure and synchronous. Throws `Unscorable` when the evidence is there but the value is undefined. */
  readonly score: (evidence: Pick<EvidenceKinds, K>, options: Options) => Scored
}

/** Evidence is present, yet the method has no value for it: reported as `failed` with this reason. */
export class Unscorable extends Error {
  override readonly name = 'Unscorable'
  readonly reason: string
  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Declares a scorer; `needs` is inferred literally, so undeclared evidence does not compile. */
export function defineScorer<const K extends EvidenceKind>(scorer: Scorer<K>): Scorer<K> {
  return scorer
}
