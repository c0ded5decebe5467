/** Examples of a calibration of several scorers, brought to one form. */
import { QualmError } from '../errors.js'
import { mapBounded } from '../policies/bounded.js'
import { CONCURRENT_EXAMPLES, withinExample, type ExampleOutcome } from '../policies/examples.js'
import { towardsUncertain } from '../policies/policy.js'
import type { CalibrationExample } from '../schemas/calibration.js'
import type { Options, Scorer } from '../scorer.js'
import type { KeptExamples } from './calibration.js'

/** A scorer with the options that it runs with. */
export interface ChosenScorer {
  readonly scorer: Scorer
  readonly options: Options
}

/** Scores one /v1/score body with several scorers; one outcome each. A bad body throws its own error. */
export type ScoreTogether = (
  request: Readonly<Record<string, unknown>>,
  chosen: readonly ChosenScorer[],
  signal: AbortSignal
) => Promise<readonly ExampleOutcome[]>

/** Examples with all their scores, and why others have none. */
export interface GatheredExamples extends KeptExamples {
  readonly unscored: number
  readonly reasons: Readonly<Record<string, number>>
}

interface JointScoring {
  readonly chosen: readonly ChosenScorer[]
  readonly model: string | null
  readonly scoreTogether: ScoreTogether
  readonly signal: AbortSignal
}

function refuse(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', message, { errors: [{ pointer, message }] })
}

function checkShape(example: CalibrationExample, index: number, { chosen }: JointScoring): void {
  const place = `/examples/${index}`
  if (example.score !== undefined) {
    throw refuse(`${place}/score`, 'several scorers are combined: give `scores` by name, or a `request`')
  }
  if ((example.scores === undefined) === (example.request === undefined)) {
    throw refuse(place, 'an example has exactly one of `scores` and `request`')
  }
  if (!(Number(example.correct) >= 0 && Number(example.correct) <= 1)) {
    throw refuse(`${place}/correct`, '`correct` is true, false or a number from 0 to 1')
  }
  if (example.scores === undefined) return
  for (const { scorer } of chosen) {
    if (Number.isFinite(example.scores[scorer.name])) continue
    throw refuse(`${place}/scores/${scorer.name}`, 'every scorer of the calibration needs a number')
  }
}

async function outcomes(
  example: CalibrationExample,
  index: number,
  { chosen, model, scoreTogether }: JointScoring,
  signal: AbortSignal
): Promise<readonly ExampleOutcome[]> {
  if (example.scores !== undefined) {
    const { scores } = example
    return chosen.map(({ scorer }) => ({ uncertainty: towardsUncertain(scorer.direction, scores[scorer.name]!) }))
  }
  try {
    return await scoreTogether(model === null ? example.request! : { model, ...example.request }, chosen, signal)
  } catch (error) {
    throw withinExample(error, index)
  }
}

/** Scores all examples with all scorers, a few at a time; an example that lacks one score is left out and counted. */
export async function scoreJointly(
  examples: readonly CalibrationExample[],
  scoring: JointScoring
): Promise<GatheredExamples> {
  examples.forEach((example, index) => checkShape(example, index, scoring))
  const all = await mapBounded(examples, CONCURRENT_EXAMPLES, scoring.signal, (example, index, signal) =>
    outcomes(example, index, scoring, signal)
  )
  const uncertainty: number[][] = []
  const quality: number[] = []
  const reasons: Record<string, number> = {}
  all.forEach((row, i) => {
    const values = row.flatMap((outcome) => ('reason' in outcome ? [] : [outcome.uncertainty]))
    const lacking = row.findIndex((outcome) => 'reason' in outcome)
    if (lacking === -1) {
      uncertainty.push(values)
      quality.push(Number(examples[i]!.correct))
      return
    }
    const reason = `${scoring.chosen[lacking]!.scorer.name}: ${(row[lacking] as { reason: string }).reason}`
    reasons[reason] = (reasons[reason] ?? 0) + 1
  })
  return { uncertainty, quality, unscored: examples.length - quality.length, reasons }
}
