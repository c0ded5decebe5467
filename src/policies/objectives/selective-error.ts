import { riskSteps, smallestAcceptance } from '../../math/risk-control.js'
import { PROCEDURES, smallestTarget } from '../../math/test-procedures.js'
import { noValidThreshold, oneOf, tooFew, type FitObjective } from '../fit.js'
import { DEFAULT_LEVEL, riskTest } from '../risk-test.js'

/**
 * P(wrong | accepted) ≤ target, with confidence `level` over the draw of the examples (Learn-then-Test). Right-or-wrong
 * labels get the exact binomial test, graded ones Hoeffding–Bentkus; thresholds are searched by `method`.
 */
export const selectiveError: FitObjective = ({ examples, target, level: asked, settings = {} }) => {
  const level = asked ?? DEFAULT_LEVEL
  const bound = { target, delta: 1 - level }
  const needed = smallestAcceptance(bound)
  if (examples.length < needed) throw tooFew('examples', examples.length, needed, target)
  const procedure = oneOf('method', settings.method, ['fixed_sequence', 'bonferroni'])
  const { name, p } = riskTest(examples, settings)
  const steps = riskSteps(examples)
  const found = PROCEDURES[procedure].find(steps, bound, p)
  if (found === null) throw noValidThreshold(target, smallestTarget(steps, bound.delta, p, PROCEDURES[procedure]))
  return {
    threshold: found.threshold,
    method: 'learn_then_test',
    level,
    n: examples.length,
    pValue: found.pValue,
    terms: { procedure, p_value: name }
  }
}
