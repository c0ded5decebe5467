/**
 * Conformal prediction sets over the options of a question (formulas.md §7.2): LAC (Sadinle et al. 2019), APS (Romano et
 * al. 2020), RAPS (Angelopoulos et al. 2021). A calibration question's score is that of its right option; the set of a
 * fresh question holds the right option with probability ≥ 1 − alpha. Calibrate and predict with the same settings.
 */
import { conformalQuantile } from './conformal.js'

export type SetMethod = 'lac' | 'aps' | 'raps' | 'margin'

export const SET_METHODS: readonly SetMethod[] = ['lac', 'aps', 'raps', 'margin']

/** How options are scored; what is left out is the default. */
export interface SetSettings {
  readonly method: SetMethod
  /**
   * APS and RAPS take u·p off an option's score: 0 (default) is deterministic and conservative; uniform in [0, 1)
   * attains the coverage exactly. One number per question: peers that draw one per option break up the ranking.
   */
  readonly u?: number
  /** RAPS adds `lambda` for every rank beyond `kReg`. Defaults 0.01 and 1, for questions of few options. */
  readonly lambda?: number
  readonly kReg?: number
}

/**
 * How badly each option fits: LAC 1 − p; APS the mass down to and including the option, from the most probable on, less
 * u·p; RAPS adds the rank penalty; margin is half of 1 less the lead of the option over the best other one, which may
 * be negative. Equals rank in the given order.
 * @param probabilities π over the options, summing to 1
 */
export function nonconformity(probabilities: readonly number[], settings: SetSettings): readonly number[] {
  if (settings.method === 'lac') return probabilities.map((p) => 1 - p)
  if (settings.method === 'margin') return marginScores(probabilities)
  const { u = 0, lambda = 0.01, kReg = 1 } = settings
  const weight = settings.method === 'raps' ? lambda : 0
  const scores = probabilities.map(() => 0)
  let mass = 0
  ranking(probabilities).forEach((option, i) => {
    const p = probabilities[option]!
    mass += p
    scores[option] = mass - u * p + weight * Math.max(0, i + 1 - kReg)
  })
  return scores
}

/** (1 − (p − the largest of the others)) / 2 of every option, in [0, 1]. */
function marginScores(probabilities: readonly number[]): readonly number[] {
  const [first, second] = ranking(probabilities)
  return probabilities.map((p, i) => (1 - (p - probabilities[i === first ? second! : first!]!)) / 2)
}

/** Indices from the most probable option to the least. */
function ranking(probabilities: readonly number[]): readonly number[] {
  return probabilities.map((_, i) => i).sort((a, b) => probabilities[b]! - probabilities[a]!)
}

/** The options of which none may be left out. */
export interface PredictionSet {
  /** Places in the request, ascending. LAC may leave it empty: no option fits as well as right ones do. */
  readonly options: readonly number[]
  /** Scores up to this are in; +Infinity, and so all options, when calibration has too few questions for alpha. */
  readonly quantile: number
}

/** Mass is summed in another order than the calibration scores were: a hair must not leave an option out. */
const ROUNDING = 1e-12

/** Places of the options whose score is within the quantile, ascending. */
export function optionsWithin(scores: readonly number[], quantile: number): readonly number[] {
  return scores.flatMap((score, i) => (score <= quantile + ROUNDING ? [i] : []))
}

/**
 * The set of a question.
 * @param scores of its options, from `nonconformity`
 * @param calibration scores of the right options of calibration questions, any order
 * @param alpha tolerated share of sets without the right option, in (0, 1)
 */
export function predictionSet(scores: readonly number[], calibration: readonly number[], alpha: number): PredictionSet {
  const quantile = conformalQuantile(calibration, alpha)
  return { options: optionsWithin(scores, quantile), quantile }
}
