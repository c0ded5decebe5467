/** ln of 0 is avoided at this distance from the ends, as scikit-learn's temperature scaling does. */
const EPSILON = 1e-12

/** `score` in [0, 1], moved into the open interval. */
export function inside(score: number): number {
  return Math.min(1 - EPSILON, Math.max(EPSILON, score))
}

/** ln(p / (1 − p)) in nats, finite also at 0 and 1. */
export function logit(score: number): number {
  const p = inside(score)
  return Math.log(p) - Math.log1p(-p)
}
