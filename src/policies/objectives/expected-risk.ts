import { QualmError } from '../../errors.js'
import { conformalRiskStep, riskSteps } from '../../math/risk-control.js'
import { noValidThreshold, tooFew, type FitObjective } from '../fit.js'

/** E[loss · accepted] ≤ target on average over draws of the examples (conformal risk control). */
export const expectedRisk: FitObjective = ({ examples, target, level }) => {
  if (level !== null) {
    throw new QualmError('QUALM_ERR_VALIDATION', 'expected_risk holds on average over draws: leave `level` out.', {
      errors: [{ pointer: '/objective/level', message: 'not used by expected_risk' }]
    })
  }
  const n = examples.length
  const needed = Math.max(1, Math.ceil(1 / target - 1e-9) - 1)
  if (n < needed) throw tooFew('examples', n, needed, target)
  const steps = riskSteps(examples)
  const step = conformalRiskStep(steps, target)
  const smallest = ((steps[0]?.errors ?? 0) + 1) / (n + 1)
  if (step === null) throw noValidThreshold(target, smallest < 1 ? smallest : null)
  return { threshold: step.threshold, method: 'conformal_risk_control', level: null, n, pValue: null }
}
