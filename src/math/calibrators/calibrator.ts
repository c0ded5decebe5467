/** Maps from a score to the probability that the answer is right. Scores here are certainties: higher is more certain. */

/** Labelled scores, in parallel. `quality` is 1 for right, 0 for wrong, or a grade in between. */
export interface LabelledScores {
  readonly scores: readonly number[]
  readonly quality: readonly number[]
}

/** A fitted map as plain data, so that it can be stored; `predict` of its method reads it. */
export interface Calibrator<Fit> {
  /** Scores that the method takes: finite ones, or those in [0, 1]. */
  readonly domain: 'any' | 'probability'
  /** Needs at least one score. */
  readonly fit: (data: LabelledScores) => Fit
  /** Probability of being right, in [0, 1]; but for binning never falling as the score rises. */
  readonly predict: (fit: Fit, score: number) => number
}
