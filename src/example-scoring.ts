import { QualmError } from './errors.js'
import { buildValidator } from './http/validators.js'
import type { ScoreTogether } from './calibrations/joint-examples.js'
import { optionReading } from './policies/decide-set.js'
import type { ExampleOutcome, ScoreExample } from './policies/examples.js'
import { towardsUncertain } from './policies/policy.js'
import { ScoreRequest, type ScoreResult } from './schemas/score.js'
import type { Options, Scorer } from './scorer.js'
import type { Scoring } from './scoring/scoring.js'

const validate = buildValidator({})({ schema: ScoreRequest })

/** A scorer with its options. */
interface Chosen {
  readonly scorer: Scorer
  readonly options: Options
}

/** Scores a body with these scorers and no others. A bad body throws its own error. */
async function scoreWith(
  scoring: Scoring,
  body: Readonly<Record<string, unknown>>,
  chosen: readonly Chosen[],
  signal: AbortSignal
): Promise<readonly ExampleOutcome[]> {
  const rest = Object.entries(body).filter(([name]) => name !== 'preset')
  const request = {
    ...Object.fromEntries(rest),
    scorers: chosen.map(({ scorer }) => scorer.name),
    options: Object.fromEntries(chosen.map(({ scorer, options }) => [scorer.name, options]))
  }
  const checked = validate(request)
  if ('error' in checked) throw checked.error
  try {
    const { scores } = await scoring.score(checked.value as ScoreRequest, { signal, requestId: 'example' })
    return chosen.map(({ scorer }) => outcomeOf(scorer, scores[scorer.name]))
  } catch (error) {
    if (!(error instanceof QualmError) || error.code !== 'QUALM_ERR_NO_EVIDENCE') throw error
    return chosen.map(() => ({ reason: 'no_evidence' }))
  }
}

function outcomeOf(scorer: Scorer, score: ScoreResult['scores'][string] | undefined): ExampleOutcome {
  if (typeof score?.value !== 'number') return { reason: score?.reason ?? 'no_value' }
  const uncertainty = towardsUncertain(scorer.direction, score.value)
  const probabilities = optionReading(score.detail)?.options.map(({ probability }) => probability)
  return probabilities === undefined ? { uncertainty } : { uncertainty, probabilities }
}

/**
 * Scores the labelled requests of a policy by the same use case as `POST /v1/score`, with the policy's one scorer.
 * An answer without that score has a reason; a bad request throws its own error.
 */
export function createExampleScoring(scoring: Scoring): ScoreExample {
  return async (body, scorer, options, signal) => {
    const [outcome] = await scoreWith(scoring, body, [{ scorer, options }], signal)
    return outcome!
  }
}

/** The same with several scorers at once, over the same evidence. */
export function createJointScoring(scoring: Scoring): ScoreTogether {
  return (body, chosen, signal) => scoreWith(scoring, body, chosen, signal)
}
