import { conformalQuantile, toleranceQuantile } from '../../math/conformal.js'
import { smallestAcceptance } from '../../math/risk-control.js'
import { isRight, tooFew, type FitObjective } from '../fit.js'

/**
 * At most `target` of the right answers are turned away: the conformal quantile of the uncertainties of right answers.
 * Without `level` the share holds on average over draws of the examples; with it, in at least that share of draws.
 */
export const coverage: FitObjective = ({ examples, target, level }) => {
  const right = examples.filter(isRight).map(({ uncertainty }) => uncertainty)
  const needed = level === null ? Math.ceil(1 / target - 1e-9) - 1 : smallestAcceptance({ target, delta: 1 - level })
  const threshold = level === null ? conformalQuantile(right, target) : toleranceQuantile(right, target, level)
  if (threshold === Number.POSITIVE_INFINITY) throw tooFew('right examples', right.length, Math.max(1, needed), target)
  const method = level === null ? 'split_conformal' : 'conformal_tolerance'
  return { threshold, method, level, n: right.length, pValue: null }
}
