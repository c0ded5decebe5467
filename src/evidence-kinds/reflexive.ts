/** Evidence that the model gives of itself when it is asked about an answer. */
import type { Source } from './generation.js'

/** What the model said of its own answer. */
export interface Verbalized {
  /** Stated probability that the answer is right, in [0, 1]; null when the model gave none. */
  readonly confidence: number | null
  /** The model's reply, or null when the caller supplied a number. */
  readonly reply: string | null
  readonly source: Source
}

/** The kinds of this family. */
export interface ReflexiveKinds {
  readonly verbalized: Verbalized
}

/** What may be asked of the kinds of this family. */
export interface ReflexiveParameters {}
