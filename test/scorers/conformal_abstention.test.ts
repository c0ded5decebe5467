import t from 'tap'
import conformalAbstention from '../../scorers/conformal_abstention.js'
import type { ConformalReference } from '../../src/scorer.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const reference = (uncertainty: number, more: Partial<ConformalReference> = {}): ConformalReference => ({
  policy: 'support@1',
  scorer: 'g_nll',
  uncertainty,
  calibration: [0.05, 0.1, 0.12, 0.2, 0.22, 0.3, 0.35, 0.4, 0.55, 0.8],
  threshold: 0.55,
  action: 'accept',
  ...more
})

t.test('fixture F21: an answer at the quantile for a tenth and two is just inside', async (t) => {
  // (1 + #{0.55, 0.80})/11 and, above it, (1 + #{0.80})/11
  const inside = run(conformalAbstention, { conformal: reference(0.55) }).value
  near(t, inside, 3 / 11, 'at 0.55', 1e-12)
  const outside = run(conformalAbstention, { conformal: reference(0.56) }).value
  near(t, outside, 2 / 11, 'above 0.55', 1e-12)
  t.ok(inside > 0.2 && outside < 0.2)
})

t.test('a p-value is never 0, and 1 for the least uncertain answer', async (t) => {
  near(t, run(conformalAbstention, { conformal: reference(9) }).value, 1 / 11, 'smallest', 1e-12)
  t.equal(run(conformalAbstention, { conformal: reference(0) }).value, 1)
})

t.test('the detail names the policy, its threshold and the action', async (t) => {
  const conformal = reference(0.9, { threshold: null, action: 'review' })
  t.same(run(conformalAbstention, { conformal }).detail, {
    policy: 'support@1',
    scorer: 'g_nll',
    n: 10,
    threshold: null,
    action: 'review'
  })
})

t.test('without calibration answers there is no p-value', async (t) => {
  const conformal = reference(1, { calibration: [] })
  t.equal(
    reasonOf(() => run(conformalAbstention, { conformal })),
    'no_calibration'
  )
})
