/**
 * The wealth of a player who bets against a hypothesis, spread over several bets. When every bet is fair or worse under
 * the hypothesis, the wealth exceeds 1/α at any time, looked at as often as one likes, with probability ≤ α (Ville).
 */

/** `log` is the natural logarithm of the wealth, 0 at the start; `shares` of it lie on the bets and sum to 1. */
export interface Wealth {
  readonly log: number
  readonly shares: readonly number[]
}

/** Part of the wealth that is spread anew over all bets at every step: it lets a late change be found quickly. */
export const JUMP = 0.01

/** Wealth 1, spread evenly over `bets` bets. */
export function startWealth(bets: number): Wealth {
  return { log: 0, shares: Array.from({ length: bets }, () => 1 / bets) }
}

/**
 * One step: a part of the wealth is spread anew, then the i-th bet pays `factors[i]` ≥ 0 for each unit that lies on it.
 * At least one factor is positive. The redistribution is the jump of the simple jumper (Vovk, Petej, Nouretdinov,
 * Ahlberg, Carlsson and Gammerman 2021, Retrain or not retrain); it does not look ahead, so the bound stays.
 */
export function settle({ log, shares }: Wealth, factors: readonly number[], jump = JUMP): Wealth {
  const paid = shares.map((share, i) => ((1 - jump) * share + jump / shares.length) * factors[i]!)
  const total = paid.reduce((sum, value) => sum + value, 0)
  return { log: log + Math.log(total), shares: paid.map((value) => value / total) }
}
