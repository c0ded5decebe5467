import {
  binomialPValue,
  hoeffdingBentkusPValue,
  learnThenTest,
  riskSteps,
  sequenceStarts,
  smallestAcceptance,
  smallestTarget
} from '../../math/risk-control.js'
import { noValidThreshold, tooFew, type FitObjective } from '../fit.js'

const DEFAULT_LEVEL = 0.9

/**
 * P(wrong | accepted) ≤ target, with confidence `level` over the draw of the examples (Learn-then-Test). Right-or-wrong
 * labels get the exact binomial test, graded ones Hoeffding–Bentkus.
 */
export const selectiveError: FitObjective = ({ examples, target, level: asked }) => {
  const level = asked ?? DEFAULT_LEVEL
  const bound = { target, delta: 1 - level }
  const starts = sequenceStarts(examples.length, bound)
  if (starts.counts.length === 0) throw tooFew('examples', examples.length, smallestAcceptance(bound), target)
  const graded = examples.some(({ loss }) => loss !== 0 && loss !== 1)
  const pValue = graded ? hoeffdingBentkusPValue : binomialPValue
  const steps = riskSteps(examples)
  const found = learnThenTest(steps, target, starts, pValue)
  if (found === null) throw noValidThreshold(target, smallestTarget(steps, bound.delta, pValue))
  return { threshold: found.threshold, method: 'learn_then_test', level, n: examples.length, pValue: found.pValue }
}
