/**
 * How far judges agree. A verdict matrix has one row per item, one column per judge; a cell is a level 0 … M−1, or null
 * where the judge said nothing. Every figure is null where it is undefined. Chance-corrected figures are 1 for perfect
 * agreement, 0 for chance, below for less.
 */
export type Verdicts = readonly (readonly (number | null)[])[]

/** Differences that count between levels: any, by rank, or by distance. */
export type Scale = 'nominal' | 'ordinal' | 'interval'

const given = (row: readonly (number | null)[]): number[] => row.filter((each) => each !== null)
const isPair = (pair: readonly (number | null)[]): pair is readonly [number, number] => !pair.includes(null)
const pairsOf = (n: number): number => (n * (n - 1)) / 2

function countsOf(values: readonly number[], levels: number): number[] {
  const counts = new Array<number>(levels).fill(0)
  for (const value of values) counts[value]! += 1
  return counts
}

/** Share of the pairs of verdicts on the same item that are equal. */
export function percentAgreement(verdicts: Verdicts, levels: number): number | null {
  let equal = 0
  let all = 0
  for (const row of verdicts) {
    const values = given(row)
    all += pairsOf(values.length)
    for (const count of countsOf(values, levels)) equal += pairsOf(count)
  }
  return all === 0 ? null : equal / all
}

/** Cohen's kappa of two judges over the items that both judged (Cohen 1960); null when chance alone agrees fully. */
export function cohenKappa(
  first: readonly (number | null)[],
  second: readonly (number | null)[],
  levels: number
): number | null {
  const both = first.map((a, i) => [a, second[i] ?? null] as const).filter((pair) => isPair(pair))
  if (both.length === 0) return null
  const observed = both.filter(([a, b]) => a === b).length / both.length
  const left = countsOf(
    both.map(([a]) => a),
    levels
  )
  const right = countsOf(
    both.map(([, b]) => b),
    levels
  )
  const expected = left.reduce((sum, count, k) => sum + (count * right[k]!) / both.length ** 2, 0)
  return expected === 1 ? null : (observed - expected) / (1 - expected)
}

/**
 * Fleiss' kappa (Fleiss 1971) over the items that all judges judged; null for fewer than two judges, no such item, or a
 * single level in use.
 */
export function fleissKappa(verdicts: Verdicts, levels: number): number | null {
  const judges = verdicts[0]?.length ?? 0
  const complete = verdicts.map(given).filter((row) => row.length === judges)
  if (judges < 2 || complete.length === 0) return null
  const observed = percentAgreement(complete, levels)!
  const totals = countsOf(complete.flat(), levels)
  const expected = totals.reduce((sum, count) => sum + (count / (complete.length * judges)) ** 2, 0)
  return expected === 1 ? null : (observed - expected) / (1 - expected)
}

/** Squared difference of two levels on a scale; `totals` are the verdicts per level. */
function difference(a: number, b: number, scale: Scale, totals: readonly number[]): number {
  if (a === b) return 0
  if (scale === 'nominal') return 1
  if (scale === 'interval') return (a - b) ** 2
  const [low, high] = a < b ? [a, b] : [b, a]
  const between = totals.slice(low, high + 1).reduce((sum, count) => sum + count, 0)
  return (between - (totals[low]! + totals[high]!) / 2) ** 2
}

/**
 * Krippendorff's alpha, 1 − observed / expected disagreement. Cells may be missing; items with one verdict play no part.
 * Null when nothing can be paired or only one level is in use. Source: Krippendorff, Computing Krippendorff's
 * Alpha-Reliability, 2011.
 */
export function krippendorffAlpha(verdicts: Verdicts, levels: number, scale: Scale): number | null {
  const units = verdicts.map(given).filter((row) => row.length > 1)
  const totals = countsOf(units.flat(), levels)
  const n = units.reduce((sum, row) => sum + row.length, 0)
  const disagreement = (counts: readonly number[]): number => {
    let sum = 0
    for (let a = 0; a < levels; a++) {
      for (let b = 0; b < a; b++) sum += 2 * counts[a]! * counts[b]! * difference(a, b, scale, totals)
    }
    return sum
  }
  const expected = disagreement(totals) / (n - 1)
  if (!(expected > 0)) return null
  const observed = units.reduce((sum, row) => sum + disagreement(countsOf(row, levels)) / (row.length - 1), 0)
  return 1 - observed / expected
}
