/**
 * The scorer contract: what a scorer may read, what it says of itself, what it returns.
 * This file imports nothing; everything that scores or gathers evidence imports it.
 */

/** An alternative that the model considered at one position. `logprob` in nats, at temperature 1. */
export interface Alternative {
  readonly text: string
  readonly logprob: number
}

/** One token of a generation, with the statistics of the distribution it was drawn from. */
export interface Token {
  readonly text: string
  /** Vocabulary id; null when the evidence came from a server that does not tell it. */
  readonly id: number | null
  /** ln p of the emitted token in nats, ≤ 0, clamped to −100 when censored. */
  readonly logprob: number
  /** Entropy of the next-token distribution in nats, or null when only top-k alternatives are known. */
  readonly entropy: number | null
  /** Most probable alternatives, best first; may be empty. */
  readonly alternatives: readonly Alternative[]
  /** True when the log-probability was only known to be below a floor, so that `logprob` is a bound. */
  readonly censored: boolean
  /** True for the token that ended the answer; it carries no text. */
  readonly end: boolean
}

/** Where log-probabilities were read: before or after temperature and truncation were applied. */
export type Basis = 'pre_sampling' | 'post_sampling' | 'unknown'
export type FinishReason = 'stop' | 'length'
export type Source = 'supplied' | 'generated'

/** An answer or a sample with its tokens. */
export interface Generation {
  readonly text: string
  /** Null when no log-probabilities are known. Includes the end token when it is known. */
  readonly tokens: readonly Token[] | null
  readonly finishReason: FinishReason | null
  readonly basis: Basis
  readonly source: Source
}

/** The answer that is being scored, with log-probabilities. */
export interface ScoredAnswer extends Generation {
  readonly tokens: readonly Token[]
  /** True when the tokens were decoded greedily; false or null (unknown) means "sequence NLL", not G-NLL. */
  readonly greedy: boolean | null
}

/** A sample whose tokens are known. */
export interface ScoredSample extends Generation {
  readonly tokens: readonly Token[]
}

/** Class probabilities of one directed comparison, premise → hypothesis. They sum to 1. */
export interface Entailment {
  readonly entailment: number
  readonly neutral: number
  readonly contradiction: number
}

/** When two answers count as the same meaning (formulas.md §3.2). */
export type EntailmentRule = 'strict' | 'loose'

/** A partition of the samples by meaning. `assignment[i]` is the cluster of sample i, 0-based in order of first member. */
export interface Clusters {
  readonly rule: EntailmentRule
  readonly assignment: readonly number[]
  readonly count: number
  /** True when the answer was asked for as one more sample and stands last. */
  readonly answerIncluded?: boolean
}

/** What the model said of its own answer. */
export interface Verbalized {
  /** Stated probability that the answer is right, in [0, 1]; null when the model gave none. */
  readonly confidence: number | null
  /** The model's reply, or null when the caller supplied a number. */
  readonly reply: string | null
  readonly source: Source
}

/** The calibration side of a conformal decision. */
export interface ConformalReference {
  readonly policy: string
  /** Scorer whose scores were calibrated. */
  readonly scorer: string
  /** Uncertainty of the answer under test, higher is more uncertain. */
  readonly uncertainty: number
  /** Uncertainties of calibration answers that were right, ascending. */
  readonly calibration: readonly number[]
  /** On the scorer's own scale, as the decision tells it; null when nothing may be accepted. */
  readonly threshold: number | null
  readonly action: Action
}

export type Action = 'accept' | 'review' | 'abstain' | 'escalate'

/** Every kind of evidence and the type of its value. */
export interface EvidenceKinds {
  readonly question: string | null
  readonly answer: Generation
  readonly 'answer.logprobs': ScoredAnswer
  readonly samples: readonly Generation[]
  readonly 'samples.logprobs': readonly ScoredSample[]
  readonly clusters: Clusters
  readonly verbalized: Verbalized
  readonly conformal: ConformalReference
}

export type EvidenceKind = keyof EvidenceKinds

/** Settings that change what is gathered; a kind without an entry takes none. */
export interface EvidenceParameters {
  readonly clusters?: { readonly rule: EntailmentRule }
  /** `includeAnswer` puts the answer behind the samples, in `samples` and in `clusters`. */
  readonly samples?: { readonly includeAnswer: boolean }
}

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

/** A scoring method. `K` is the evidence that `score` may read. */
export interface Scorer<K extends EvidenceKind = EvidenceKind> {
  /** Public name; equals the file name. */
  readonly name: string
  /** One sentence for the catalogue. */
  readonly summary: string
  /** Paper or source of the formula. */
  readonly reference: string
  readonly needs: readonly K[]
  readonly unit: Unit
  /** Lower and upper bound of `value`; null means unbounded. */
  readonly range: readonly [number | null, number | null]
  readonly direction: Direction
  /** Work this scorer adds per request when nothing is supplied or shared. `entailment_pairs` is the worst case over 10 samples. */
  readonly cost: { readonly generations: number; readonly entailment_pairs: number }
  /** JSON Schema of the options; absent when there are none. */
  readonly options?: OptionSchema
  /** What the options ask of the evidence. */
  readonly parameters?: (options: Options) => EvidenceParameters
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
