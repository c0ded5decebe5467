/** Evidence that the model gives of itself when it is asked about an answer. */
import type { Source } from './generation.js'

/**
 * How a confidence is asked for (formulas.md §6.1). `two_stage` and `linguistic` show the answer under test and ask for
 * a number or a phrase; in the other styles the model answers anew and states how sure it is.
 */
export type VerbalizedStyle = 'vanilla' | 'cot' | 'top_k' | 'multi_step' | 'two_stage' | 'linguistic'

/** An answer with the probability of being right that the model states for it, in [0, 1]. */
export interface Guess {
  readonly answer: string
  readonly confidence: number
  /** Confidence of every step, where the model was asked for steps; `confidence` is then their product. */
  readonly steps?: readonly number[]
}

/** One reply. `guesses` in the order of the reply; empty when the reply cannot be read. */
export interface VerbalizedReply {
  readonly text: string
  readonly guesses: readonly Guess[]
}

/** What the model said of the answer, or what the caller says that it said. */
export interface Verbalized {
  /** The number that the caller supplied, in [0, 1]; null when the model was asked. */
  readonly confidence: number | null
  /** The answer under test; null with a supplied number. */
  readonly answer: string | null
  /** Empty with a supplied number, and when no reply was asked for. */
  readonly replies: readonly VerbalizedReply[]
  readonly source: Source
}

/** Probabilities of the two options of one question, of the whole vocabulary's mass. */
export interface TruthReading {
  readonly true: number
  readonly false: number
}

/** Whether the model takes the answer for true: one reading per order of the two options. */
export interface TruthReadings {
  readonly readings: readonly TruthReading[]
  /** Brainstormed answers that the question showed; null when it showed none. */
  readonly ideas: number | null
}

/** Whether the model would rather start over: one reading per order of the two options, of the whole vocabulary's mass. */
export interface RestartReadings {
  readonly readings: readonly { readonly yes: number; readonly no: number }[]
}

/** An answer that the model could choose. */
export interface EvaluatedOption {
  readonly text: string
  /** Share of samples and answer together, in (0, 1]. */
  readonly share: number
  readonly holdsAnswer: boolean
}

/** Which of its own answers the model calls best. */
export interface SelfEvaluation {
  /** Meanings of the samples and the answer, largest share first; one of them holds the answer. */
  readonly options: readonly EvaluatedOption[]
  /** One reading per order of the options: the mass of every option, as `options` lists them. None for one option. */
  readonly readings: readonly (readonly number[])[]
  /** Meanings that were not shown, because there were too many. */
  readonly leftOut: number
  readonly samples: number
}

/** The kinds of this family. */
export interface ReflexiveKinds {
  readonly verbalized: Verbalized
  readonly p_true: TruthReadings
  readonly self_evaluation: SelfEvaluation
  readonly p_better: RestartReadings
}

/** What may be asked of the kinds of this family. */
export interface ReflexiveParameters {
  /** `replies`: how often the model is asked; 1 is greedy, with a second try, 0 asks nothing. */
  readonly verbalized?: { readonly style: VerbalizedStyle; readonly replies: number }
  readonly p_true?: { readonly brainstorm: boolean }
}
