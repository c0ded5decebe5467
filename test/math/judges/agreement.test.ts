import t, { type Test } from 'tap'
import { cohenKappa, fleissKappa, krippendorffAlpha, percentAgreement } from '../../../src/math/judges/agreement.js'
import { near as nearly } from '../../fixtures/near.js'

const near = (t: Test, found: number, wanted: number, tolerance = 1e-9): void =>
  nearly(t, found, wanted, 'value', tolerance)

const n = null
const repeat = (count: number, ...row: (number | null)[]) => new Array<(number | null)[]>(count).fill(row)

/** Rows of counts per level as rows of verdicts. */
const spread = (counts: readonly number[]): number[] =>
  counts.flatMap((count, level) => new Array<number>(count).fill(level))

t.test("Krippendorff's example with missing verdicts, as the package krippendorff has it", async (t) => {
  const judges = [
    [n, n, n, n, n, 3, 4, 1, 2, 1, 1, 3, 3, n, 3],
    [1, n, 2, 1, 3, 3, 4, 3, n, n, n, n, n, n, n],
    [n, n, 2, 1, 3, 4, 4, n, 2, 1, 1, 3, 3, n, 4]
  ]
  const verdicts = judges[0]!.map((_, i) => judges.map((row) => row[i]!))
  near(t, krippendorffAlpha(verdicts, 5, 'nominal')!, 0.691358024691358)
  near(t, krippendorffAlpha(verdicts, 5, 'ordinal')!, 0.8067214199413153)
  near(t, krippendorffAlpha(verdicts, 5, 'interval')!, 0.8108448928121059)
})

t.test("Fleiss' example of fourteen judges, as statsmodels has it", async (t) => {
  const rows = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7]
  ]
  near(t, fleissKappa(rows.map(spread), 5)!, 0.20993070442195522)
})

t.test("Cohen's kappa by hand: (0.7 − 0.5) / (1 − 0.5)", async (t) => {
  const pairs = [...repeat(20, 1, 1), ...repeat(5, 1, 0), ...repeat(10, 0, 1), ...repeat(15, 0, 0), [n, 1]]
  near(
    t,
    cohenKappa(
      pairs.map(([a]) => a!),
      pairs.map(([, b]) => b!),
      2
    )!,
    0.4
  )
  near(t, percentAgreement(pairs, 2)!, 0.7)
})

t.test('agreement is undefined without pairs, and by chance alone where one level is in use', async (t) => {
  t.equal(percentAgreement([[1], [n]], 2), null)
  t.equal(cohenKappa([1, n], [n, 0], 2), null)
  t.equal(fleissKappa([[1], [0]], 2), null)
  t.equal(krippendorffAlpha([[1], [0, n]], 2, 'nominal'), null)
  const same = repeat(4, 1, 1)
  t.equal(cohenKappa([1, 1], [1, 1], 2), null)
  t.equal(fleissKappa(same, 2), null)
  t.equal(krippendorffAlpha(same, 2, 'ordinal'), null)
  t.equal(percentAgreement(same, 2), 1)
})
