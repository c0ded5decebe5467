import t from 'tap'
import { RestartBudget } from '../../src/engine/restart-budget.js'

t.test('each replacement within a minute waits twice as long as the one before', async (t) => {
  const budget = new RestartBudget({ firstDelayMs: 100, perMinute: 3 })
  t.strictSame(
    [0, 1, 2, 3].map((nowMs) => budget.spend(nowMs)),
    [100, 200, 400, null]
  )
})

t.test('a minute without trouble restores the budget', async (t) => {
  const budget = new RestartBudget({ firstDelayMs: 100, perMinute: 1 })
  t.equal(budget.spend(0), 100)
  t.equal(budget.spend(59_999), null)
  t.equal(budget.spend(60_000), 100)
})
