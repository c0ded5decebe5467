/** Logistic regression by Newton's method, with an optional ridge; for a handful of features. */
import { solve } from './linear.js'

export interface LogisticFit {
  readonly weights: readonly number[]
  readonly intercept: number
}

const MOST_STEPS = 100
const TOLERANCE = 1e-12
/** Keeps the Hessian invertible when features are collinear or classes are separable; too small to be seen otherwise. */
const DAMPING = 1e-12

/** 1 / (1 + e^−x), without overflow. */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))
}

/** −[t ln σ(x) + (1−t) ln(1−σ(x))] in nats, without overflow. */
function loss(x: number, target: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - target * x
}

/**
 * Minimises Σ loss + (ridge / 2) |weights|², the intercept free. `rows` are n × k features, `targets` in [0, 1].
 * Separable classes without ridge have no minimum: steps stop when they no longer help.
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  ridge: number
): LogisticFit {
  const design = rows.map((row) => [...row, 1])
  const size = (design[0]?.length ?? 1) - 1
  let parameters = new Array<number>(size + 1).fill(0)
  let value = objective(design, targets, parameters, ridge)
  for (let step = 0; step < MOST_STEPS; step++) {
    const direction = newtonStep(design, targets, parameters, ridge)
    const next = descend(parameters, direction, (at) => objective(design, targets, at, ridge), value)
    const gain = value - next.value
    parameters = next.parameters
    value = next.value
    if (gain <= TOLERANCE * Math.max(1, Math.abs(value))) break
  }
  return { weights: parameters.slice(0, size), intercept: parameters[size]! }
}

/** The linear part, before the sigmoid. */
export function logitOf({ weights, intercept }: LogisticFit, row: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * row[i]!, intercept)
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, each, i) => sum + each * b[i]!, 0)

/** The intercept, last of the parameters, is not penalised. */
function penalty(parameters: readonly number[], ridge: number): number {
  return (ridge / 2) * parameters.slice(0, -1).reduce((sum, weight) => sum + weight * weight, 0)
}

function objective(
  design: readonly (readonly number[])[],
  targets: readonly number[],
  parameters: readonly number[],
  ridge: number
): number {
  const total = design.reduce((sum, row, i) => sum + loss(dot(row, parameters), targets[i]!), 0)
  return total + penalty(parameters, ridge)
}

/** H⁻¹ · gradient. */
function newtonStep(
  design: readonly (readonly number[])[],
  targets: readonly number[],
  parameters: readonly number[],
  ridge: number
): number[] {
  const size = parameters.length
  const isPenalised = (i: number): boolean => i < size - 1
  const gradient = parameters.map((weight, i) => (isPenalised(i) ? ridge * weight : 0))
  const hessian = gradient.map((_, i) =>
    gradient.map((__, j) => (i !== j ? 0 : DAMPING + (isPenalised(i) ? ridge : 0)))
  )
  design.forEach((row, n) => {
    const p = sigmoid(dot(row, parameters))
    row.forEach((x, i) => {
      gradient[i]! += (p - targets[n]!) * x
      row.forEach((y, j) => {
        hessian[i]![j]! += p * (1 - p) * x * y
      })
    })
  })
  return solve(hessian, gradient)
}

/** The longest of the steps 1, ½, ¼, … along −direction that lowers the objective; no step when none does. */
function descend(
  parameters: readonly number[],
  direction: readonly number[],
  valueAt: (parameters: readonly number[]) => number,
  value: number
): { readonly parameters: number[]; readonly value: number } {
  for (let length = 1; length > 1e-10; length /= 2) {
    const next = parameters.map((each, i) => each - length * direction[i]!)
    const nextValue = valueAt(next)
    if (nextValue < value) return { parameters: next, value: nextValue }
  }
  return { parameters: [...parameters], value }
}
