import t, { type Test } from 'tap'
import { auditSwaps, holm, mcnemar, type Swap } from '../../../src/math/judges/swaps.js'
import { near as nearly } from '../../fixtures/near.js'

const near = (t: Test, found: number, wanted: number, tolerance = 1e-9): void =>
  nearly(t, found, wanted, 'value', tolerance)

const swaps = (kind: Swap['kind'], count: number, original: boolean, changed: boolean): Swap[] =>
  new Array<Swap>(count).fill({ kind, original, changed })

t.test("McNemar's exact test, as statsmodels has it", async (t) => {
  near(t, mcnemar(12, 5), 0.143463134765625)
  near(t, mcnemar(0, 5), 2 / 32)
  t.equal(mcnemar(0, 0), 1)
  t.equal(mcnemar(3, 3), 1)
})

t.test("Holm's correction, as statsmodels has it", async (t) => {
  holm([0.01, 0.04, 0.03]).forEach((value, i) => near(t, value, [0.03, 0.06, 0.06][i]!))
  t.same(holm([]), [])
})

t.test('flips are counted with their exact interval', async (t) => {
  const [order] = auditSwaps([...swaps('order', 3, true, false), ...swaps('order', 17, true, true)])
  t.match(order, { kind: 'order', n: 20, flips: 3, yesToNo: 3, noToYes: 0 })
  near(t, order!.pValue, 0.25)
  near(t, order!.adjustedPValue, 0.25)
  near(t, order!.rate.value, 0.15)
  near(t, order!.rate.low, 0.0320709371854637)
  near(t, order!.rate.high, 0.37892682654531396)
})

t.test('a negated question should turn the decision round', async (t) => {
  const [held, saysYes] = [
    auditSwaps(swaps('negation', 10, true, false))[0]!,
    auditSwaps([...swaps('negation', 10, true, false), ...swaps('negation', 8, false, false)])[0]!
  ]
  t.match(held, { flips: 0, rate: { value: 0, low: 0 } })
  t.match(saysYes, { flips: 8, yesToNo: 0, noToYes: 8 })
  t.ok(saysYes.pValue < 0.01)
})

t.test('kinds are kept apart, and those that do not occur are left out', async (t) => {
  const reports = auditSwaps([...swaps('wording', 2, true, false), ...swaps('order', 2, true, true)])
  t.same(
    reports.map(({ kind, flips }) => [kind, flips]),
    [
      ['order', 0],
      ['wording', 2]
    ]
  )
})
