/**
 * Several uncertainties in one: logistic regression of being wrong on their ranks among the examples. Ranks put scores of
 * different units on one scale and keep outliers from deciding.
 */
import { solve } from './linear.js'
import { fitLogistic, logitOf, sigmoid, type LogisticFit } from './logistic.js'
import { Z_AT_5_PERCENT } from './normal.js'
import { quantilesOf, rankAmong } from './ranks.js'

/** The fitted combination as plain data; lists over members are parallel. */
export interface JointFit extends LogisticFit {
  /** Quantiles of each member's uncertainty over the examples, ascending. */
  readonly quantiles: readonly (readonly number[])[]
  /** Of weights and intercept, in this order. */
  readonly covariance: readonly (readonly number[])[]
}

/** Fine enough that a rank among 100 quantiles is good to one per cent. */
const QUANTILES = 101
/** Half a penalty of one per squared weight: collinear members share the weight instead of cancelling out. */
const RIDGE = 1

/** Ranks of one answer's uncertainties, each in (0, 1). */
export function ranksOf({ quantiles }: Pick<JointFit, 'quantiles'>, uncertainty: readonly number[]): readonly number[] {
  return quantiles.map((list, member) => rankAmong(uncertainty[member]!, list))
}

/** Probability in [0, 1] that an answer with these ranks is wrong. */
export function jointProbability(fit: LogisticFit, ranks: readonly number[]): number {
  return sigmoid(logitOf(fit, ranks))
}

/** 95 % interval of that probability: Wald's on the logit, from the curvature of the penalised likelihood. */
export function jointInterval(fit: JointFit, ranks: readonly number[]): readonly [number, number] {
  const row = [...ranks, 1]
  const variance = row.reduce(
    (sum, x, i) => sum + x * row.reduce((inner, y, j) => inner + fit.covariance[i]![j]! * y, 0),
    0
  )
  const reach = Z_AT_5_PERCENT * Math.sqrt(Math.max(0, variance))
  const middle = logitOf(fit, ranks)
  return [sigmoid(middle - reach), sigmoid(middle + reach)]
}

/** Fits at least one example. `uncertainty` is one row per example, one column per member; higher is more uncertain. */
export function fitJoint(uncertainty: readonly (readonly number[])[], quality: readonly number[]): JointFit {
  const members = uncertainty[0]!.length
  const quantiles = Array.from({ length: members }, (_, member) =>
    quantilesOf(
      uncertainty.map((row) => row[member]!),
      QUANTILES
    )
  )
  const rows = uncertainty.map((row) => ranksOf({ quantiles }, row))
  const wrong = quality.map((each) => 1 - each)
  const fit = fitLogistic(rows, wrong, RIDGE)
  return { ...fit, quantiles, covariance: covarianceOf(fit, rows) }
}

/** Inverse of the curvature of the penalised log-likelihood at the fit. */
function covarianceOf(fit: LogisticFit, rows: readonly (readonly number[])[]): number[][] {
  const size = fit.weights.length + 1
  const curvature = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => (i === j && i < size - 1 ? RIDGE : 0))
  )
  for (const row of rows) {
    const p = jointProbability(fit, row)
    const design = [...row, 1]
    design.forEach((x, i) => {
      design.forEach((y, j) => {
        curvature[i]![j]! += p * (1 - p) * x * y
      })
    })
  }
  curvature[size - 1]![size - 1]! += 1e-9
  const unit = (at: number): number[] => Array.from({ length: size }, (_, i) => (i === at ? 1 : 0))
  return Array.from({ length: size }, (_, column) => solve(curvature, unit(column)))
}
