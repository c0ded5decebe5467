import t from 'tap'
import pBetter from '../../scorers/p_better.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const of = (...masses: readonly (readonly [number, number])[]) => ({
  p_better: { readings: masses.map(([yes, no]) => ({ yes, no })) }
})

t.test('the value is the share of yes, the mean over both orders', async (t) => {
  const scored = run(pBetter, of([0.6, 0.2], [0.1, 0.3]))
  near(t, scored.value, (0.75 + 0.25) / 2, 'value')
  near(t, scored.detail?.order_gap as number, 0.5, 'order gap')
})

t.test('a sure no is certain, a sure yes uncertain', async (t) => {
  t.equal(run(pBetter, of([0, 0.9], [0, 0.8])).value, 0)
  t.equal(run(pBetter, of([0.9, 0], [0.8, 0])).value, 1)
})

t.test('little mass is warned of, none is no value', async (t) => {
  t.equal(run(pBetter, of([0.01, 0.03], [0.5, 0.5])).warnings?.[0]?.code, 'low_option_mass')
  t.equal(
    reasonOf(() => run(pBetter, of([0, 0], [0.5, 0.5]))),
    'no_option_mass'
  )
})
