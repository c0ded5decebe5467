/** Evidence about the options of a multiple-choice question. */

/** Orders in which the options are shown: as given, every option once in every place, or all K! orders. */
export type Debias = 'none' | 'cyclic' | 'all'

/** What the model makes of the labels when the options stand in one order. */
export interface OrderedOptions {
  /** `order[i]` is the option, by its place in the request, that bears the i-th label. */
  readonly order: readonly number[]
  /** `masses[i]` is the next-token mass of the i-th label, in [0, 1]; they sum to at most 1. */
  readonly masses: readonly number[]
}

/** A multiple-choice question and the answer to it. */
export interface Choices {
  /** Texts of the options, K ≥ 2, as the request orders them. */
  readonly choices: readonly string[]
  /** The supplied answer; null when there is none. */
  readonly answer: string | null
}

/** The labels as the model reads them after the question, in one order or several. */
export interface OptionMasses extends Choices {
  /** At least one. */
  readonly orders: readonly OrderedOptions[]
}

/** The labels as the model reads them after reasoning of its own; the options stand as given. */
export interface ReasonedOptions extends Choices {
  /** At least one; `masses` as in `OrderedOptions`. */
  readonly readings: readonly { readonly reasoning: string; readonly masses: readonly number[] }[]
}

/** A probability that the model writes as "0." and two digits. */
export interface DigitMasses {
  /** `masses[i][j]` is the mass of digit i followed by digit j, 10×10; together at most 1. */
  readonly masses: readonly (readonly number[])[]
}

export type RiskForm = 'options' | 'numeric'

/** What an expected risk is read from. */
export type RiskReading =
  | { readonly form: 'options'; readonly options: OptionMasses }
  | { readonly form: 'numeric'; readonly digits: DigitMasses }

/** The kinds of this family. */
export interface ChoicesKinds {
  readonly options: OptionMasses
  readonly 'options.reasoned': ReasonedOptions
  readonly risk: RiskReading
}

/** What may be asked of the kinds of this family. */
export interface ChoicesParameters {
  readonly options?: { readonly debias: Debias }
  /** `count`: how many reasonings are drawn, at least one. */
  readonly 'options.reasoned'?: { readonly count: number }
  readonly risk?: { readonly form: RiskForm }
}
