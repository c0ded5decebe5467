import { QualmError } from '../../errors.js'
import { cheapestStep, costed, upperMeanBound, type AnswerCosts, type CostedStep } from '../../math/expected-cost.js'
import { riskSteps } from '../../math/risk-control.js'
import { evenSteps } from '../../math/test-procedures.js'
import { badSetting, noValidThreshold, oneOf, type Fit, type FitObjective, type FitRequest } from '../fit.js'
import { DEFAULT_LEVEL } from '../risk-test.js'

/** What the costs of a request come to for the action above the threshold. */
function pricesOf({ settings, above = 'abstain' }: FitRequest) {
  const costs = settings?.costs
  const turnedAway = costs?.[above]
  if (costs === undefined) throw badSetting('costs', 'expected_cost needs what answers cost')
  if (turnedAway === undefined) throw badSetting('costs', `needs the cost of ${above}, the action above the threshold`)
  return { wrong: costs.wrong, turnedAway }
}

/** The cheapest step on the examples themselves: no promise, as it was chosen for being cheap on them. */
function cheapest(steps: readonly CostedStep[], turnedAway: number, n: number): Fit {
  const { threshold, cost } = cheapestStep(steps)
  if (cost > turnedAway) throw tooDear()
  return { threshold, method: 'empirical_minimum', level: null, n, pValue: null, promised: false, bound: cost }
}

/** The step with the least upper bound of its cost among ranks fixed in advance, each at its share of delta. */
function bounded(prices: AnswerCosts, { target, level, examples }: FitRequest): Fit {
  const n = examples.length
  const confidence = level ?? DEFAULT_LEVEL
  const most = Math.max(prices.wrong, prices.turnedAway)
  const tested = costed(evenSteps(riskSteps(examples)), prices, n)
  const bounds = tested.map(({ cost }) => upperMeanBound(cost, n, most, (1 - confidence) / tested.length))
  const least = Math.min(...bounds)
  if (least > target) throw noValidThreshold(target, least)
  const { threshold } = tested[bounds.lastIndexOf(least)]!
  return { threshold, method: 'bonferroni_bound', level: confidence, n, pValue: null, bound: least }
}

function tooDear(): QualmError {
  const message = 'Turning every answer away is cheaper than any threshold on these examples.'
  return new QualmError('QUALM_ERR_NO_VALID_THRESHOLD', message, { extra: { smallest_attainable_target: null } })
}

/**
 * The threshold of least expected cost per answer: wrong answers that are accepted cost `costs.wrong`, answers above the
 * threshold the cost of the action there. `method` empirical (default) takes the cheapest on the examples and promises
 * nothing; bound takes the least Hoeffding–Bentkus bound, which holds with confidence `level` and is what is promised.
 */
export const expectedCost: FitObjective = (request) => {
  const { examples, settings = {}, target, level } = request
  const method = oneOf('method', settings.method, ['empirical', 'bound'])
  const prices = pricesOf(request)
  if (method === 'bound') return bounded(prices, request)
  if (Number.isFinite(target)) throw badSetting('target', 'has no meaning without a bound: ask for method "bound"')
  if (level !== null) throw badSetting('level', 'has no meaning without a bound: ask for method "bound"')
  return cheapest(costed(riskSteps(examples), prices, examples.length), prices.turnedAway, examples.length)
}
