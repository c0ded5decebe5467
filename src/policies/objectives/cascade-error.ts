import { cascadeSteps, cascadeThreshold, smallestCascadeTarget } from '../../math/cascade.js'
import { smallestAcceptance } from '../../math/risk-control.js'
import { badSetting, noValidThreshold, tooFew, type FitExample, type FitObjective } from '../fit.js'
import { DEFAULT_LEVEL, riskTest } from '../risk-test.js'

const hasBoth = (example: FitExample): example is FitExample & { readonly escalated: number } =>
  example.escalated !== undefined

/**
 * P(the cascade's answer is wrong) ≤ target with confidence `level`, where answers above the threshold come from the
 * model to which they are escalated: the most answers kept for which the tests certify it. Every example tells both
 * answers, in `correct` and `escalated_correct`.
 */
export const cascadeError: FitObjective = ({ examples, target, level: asked, settings, above }) => {
  if (above !== 'escalate') throw badSetting('kind', 'cascade_error needs `actions.above` to be "escalate"')
  const both = examples.filter(hasBoth)
  if (both.length < examples.length) {
    throw badSetting('kind', 'cascade_error needs `escalated_correct` in every example')
  }
  const level = asked ?? DEFAULT_LEVEL
  const delta = 1 - level
  const needed = smallestAcceptance({ target, delta })
  if (both.length < needed) throw tooFew('examples', both.length, needed, target)
  const { name, p } = riskTest(both, settings)
  const steps = cascadeSteps(both)
  const found = cascadeThreshold(steps, { target, delta }, p)
  if (found === null || found.accepted === 0) throw noValidThreshold(target, smallestCascadeTarget(steps, delta, p))
  return {
    threshold: found.threshold,
    method: 'learn_then_test',
    level,
    n: both.length,
    pValue: found.pValue,
    terms: { procedure: 'fixed_sequence', p_value: name }
  }
}
