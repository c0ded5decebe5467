import { QualmError } from '../errors.js'
import type { PolicyRequest } from '../schemas/policy.js'
import type { ScoredExamples } from './examples.js'
import { isRight, tooFew } from './fit.js'
import { OBJECTIVES } from './objectives/objectives.js'
import type { PolicyBody } from './policy.js'
import { policyWarnings, report } from './report.js'

/** The part of a policy that follows from its examples. */
export type FittedPolicy = Pick<
  PolicyBody,
  'objective' | 'threshold' | 'guarantee' | 'answeredShare' | 'report' | 'warnings' | 'calibration'
>

/** Not a number fails this too. */
function checkOpenShare(value: number, pointer: string): void {
  if (value > 0 && value < 1) return
  const message = 'must lie strictly between 0 and 1'
  throw new QualmError('QUALM_ERR_VALIDATION', `${pointer} ${message}`, { errors: [{ pointer, message }] })
}

function calibrationOf({ labelled }: ScoredExamples): readonly number[] {
  return labelled
    .filter(isRight)
    .map(({ uncertainty }) => uncertainty)
    .sort((a, b) => a - b)
}

/**
 * Fits the objective to scored examples. `raw`: some were bare scores. Throws QUALM_ERR_TOO_FEW_EXAMPLES and
 * QUALM_ERR_NO_VALID_THRESHOLD.
 */
export function fitPolicy(
  examples: ScoredExamples,
  { kind, target, level }: PolicyRequest['objective'],
  raw: boolean
): FittedPolicy {
  checkOpenShare(target, '/objective/target')
  if (level !== undefined) checkOpenShare(level, '/objective/level')
  if (examples.labelled.length === 0) throw tooFew('examples', 0, 1, target)
  const fit = OBJECTIVES[kind]({ examples: examples.labelled, target, level: level ?? null })
  const findings = report(examples, fit)
  const objective = { kind, target, level: fit.level }
  return {
    objective,
    threshold: fit.threshold,
    guarantee: { ...objective, method: fit.method, n: fit.n, valid: true },
    answeredShare: findings.accepted / findings.n,
    report: findings,
    warnings: policyWarnings(examples, findings, raw),
    calibration: calibrationOf(examples)
  }
}
