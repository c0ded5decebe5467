import t from 'tap'
import pTrue from '../../scorers/p_true.js'
import type { TruthReading } from '../../src/scorer.js'
import { near } from '../fixtures/near.js'
import { reasonOf, run } from '../fixtures/evidence.js'

const of = (...readings: readonly TruthReading[]) => ({ p_true: { readings, ideas: null } })

t.test('F4: true .55 and false .25 give an uncertainty of .3125', async (t) => {
  const scored = run(pTrue, of({ true: 0.55, false: 0.25 }, { true: 0.55, false: 0.25 }))
  near(t, scored.value, 0.3125, 'uncertainty')
  near(t, scored.detail?.true_mass as number, 0.55, 'mass')
  t.equal(scored.detail?.order_gap, 0)
  t.same(scored.warnings, [])
})

t.test('a letter that draws mass by itself cancels over the two orders', async (t) => {
  const scored = run(pTrue, of({ true: 0.8, false: 0.2 }, { true: 0.2, false: 0.8 }))
  near(t, scored.value, 0.5, 'uncertainty')
  near(t, scored.detail?.order_gap as number, 0.6, 'order gap')
})

t.test('each order is rescaled for itself, whatever its mass', async (t) => {
  near(t, run(pTrue, of({ true: 0.9, false: 0.1 }, { true: 0.01, false: 0.01 })).value, 0.3, 'uncertainty')
})

t.test('little mass on the options is warned of', async (t) => {
  const { value, warnings } = run(pTrue, of({ true: 0.03, false: 0.01 }, { true: 0.6, false: 0.2 }))
  near(t, value, 0.25, 'uncertainty')
  t.same(
    warnings?.map(({ code }) => code),
    ['low_option_mass']
  )
})

t.test('no mass on the options is no value', async (t) => {
  const evidence = of({ true: 0, false: 0 }, { true: 0.6, false: 0.2 })
  t.equal(
    reasonOf(() => run(pTrue, evidence)),
    'no_option_mass'
  )
})

t.test('brainstorming is asked of the evidence', async (t) => {
  t.same(pTrue.parameters?.({ brainstorm: true }), { p_true: { brainstorm: true } })
})
