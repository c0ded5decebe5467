/** What came of one labelled example: all that the table is made of. */
import type { ScoreResult } from '../schemas/score-result.js'

/** The label and the scores of one answer. */
export interface EvaluationRecord {
  /** Place among the examples, from 0. */
  readonly index: number
  readonly model: string | null
  /** Null when no scorer had evidence, so that there may be no answer to judge. */
  readonly answer: string | null
  /** 1 right, 0 wrong, or a grade in between; null when there is no answer to judge. */
  readonly quality: number | null
  /** Values on the scorers' own scales; null where there is none. */
  readonly scores: Readonly<Record<string, number | null>>
  /** Why a score is null. */
  readonly reasons: Readonly<Record<string, string>>
  readonly usage: ScoreResult['usage']
}
