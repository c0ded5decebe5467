import t, { type Test } from 'tap'
import { auarc, auprc, auroc, aurc, prr } from '../../src/math/metrics.js'
import { near as nearly } from '../fixtures/near.js'

// F25 of the formula sheet.
const U = [0.1, 0.2, 0.2, 0.4, 0.6, 0.7, 0.9, 0.95]
const quality = [1, 1, 0, 1, 0, 1, 0, 0]
const wrong = quality.map((q) => q === 0)
const near = (t: Test, found: number | null, wanted: number) => nearly(t, found ?? Number.NaN, wanted, 'metric')

t.test('AUROC and average precision reproduce fixture F25', async (t) => {
  near(t, auroc(U, wrong), 0.78125)
  near(t, auprc(U, wrong), 0.830357)
})

t.test('AURC and AUARC average over orders inside ties', async (t) => {
  near(t, aurc(U, quality), 0.311905)
  near(t, auarc(U, quality), 0.679252)
})

t.test('PRR is tie-averaged and measured against the closed-form random curve', async (t) => {
  near(t, prr(U, quality), 0.592871)
})

t.test('PRR with distinct scores in file order gives the untied value of the fixture', async (t) => {
  const untied = [0.1, 0.2, 0.21, 0.4, 0.6, 0.7, 0.9, 0.95]
  near(t, prr(untied, quality), 0.69137)
  near(t, prr(untied, quality, 0.5), 0.628319)
  near(t, aurc(untied, quality), 0.280655)
  near(t, auarc(untied, quality), 0.714966)
})

t.test('no metric depends on the order of the input', async (t) => {
  const order = [5, 2, 7, 0, 3, 1, 6, 4]
  const pick = <T>(values: readonly T[]) => order.map((i) => values[i]!)
  for (const metric of [aurc, auarc, prr]) {
    t.ok(Math.abs(metric(pick(U), pick(quality))! - metric(U, quality)!) < 1e-12)
  }
  t.equal(auroc(pick(U), pick(wrong)), auroc(U, wrong))
  t.equal(auprc(pick(U), pick(wrong)), auprc(U, wrong))
})

t.test('AUROC equals a count over all wrong and right pairs', async (t) => {
  let wins = 0
  let pairs = 0
  for (const [i, u] of U.entries()) {
    for (const [j, v] of U.entries()) {
      if (!wrong[i] || wrong[j]) continue
      pairs++
      wins += u > v ? 1 : u === v ? 0.5 : 0
    }
  }
  near(t, auroc(U, wrong), wins / pairs)
})

t.test('AURC equals the mean over random orders inside ties', async (t) => {
  // Both orders of the one tied pair of F25, by the plain definition.
  const plain = (q: readonly number[]) =>
    q.map((_, k) => q.slice(0, k + 1).filter((v) => v === 0).length / (k + 1)).reduce((a, b) => a + b) / q.length
  near(t, aurc(U, quality), (plain(quality) + plain([1, 0, 1, 1, 0, 1, 0, 0])) / 2)
})

t.test('one class only has no AUROC, no average precision and no PRR', async (t) => {
  for (const label of [0, 1]) {
    const same = U.map(() => label)
    t.equal(
      auroc(
        U,
        same.map((q) => q === 0)
      ),
      null
    )
    t.equal(
      auprc(
        U,
        same.map((q) => q === 0)
      ),
      null
    )
    t.equal(prr(U, same), null)
    t.equal(aurc(U, same), 1 - label)
  }
})

t.test('constant scores separate nothing: AUROC one half, PRR zero', async (t) => {
  const flat = U.map(() => 3)
  t.equal(auroc(flat, wrong), 0.5)
  t.equal(auprc(flat, wrong), 0.5)
  t.equal(prr(flat, quality), 0)
})

t.test('one answer has a risk but no curve', async (t) => {
  t.equal(aurc([0.4], [1]), 0)
  t.equal(auarc([0.4], [1]), null)
  t.equal(prr([0.4], [1]), null)
})

t.test('no answers have no metric', async (t) => {
  for (const metric of [aurc, auarc, prr]) t.equal(metric([], []), null)
  t.equal(auroc([], []), null)
})

t.test('graded quality counts in proportion', async (t) => {
  near(t, aurc([1, 2], [0.75, 0.25]), (0.25 + 0.5) / 2)
  near(t, prr([1, 2, 3], [0.9, 0.5, 0.2]), 1)
  // scaled 1, 3/7, 0: random 10/21, oracle 46/63, reversed 29/126
  near(t, prr([3, 2, 1], [0.9, 0.5, 0.2]), (29 / 126 - 10 / 21) / (46 / 63 - 10 / 21))
})
