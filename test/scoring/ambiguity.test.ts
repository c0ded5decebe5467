import t from 'tap'
import { ambiguityOf } from '../../src/scoring/ambiguity.js'
import { near } from '../fixtures/near.js'

const group = (size: number, text = 'x') => ({ text, size, holdsAnswer: false })

t.test('samples of one answer each cannot tell', async (t) => {
  const split = ambiguityOf(['Red', 'Blue'], [group(1), group(1)])
  t.match(split, { told_by: null, data: null, model: null, reason: /Ask for all answers at once/u })
  near(t, split.total!, Math.LN2, 'total')
  t.match(ambiguityOf(['Red'], [group(1)]), { told_by: null, total: null })
})

t.test('agreement leaves nothing to split', async (t) => {
  t.same(ambiguityOf(['Red', 'red'], [group(2)]), { told_by: 'agreement', total: 0, data: 0, model: 0 })
})

t.test('samples that list their answers tell', async (t) => {
  const split = ambiguityOf(['red, blue', 'Blue and red', 'red, green'], [group(2), group(1)])
  t.equal(split.told_by, 'lists')
  near(t, split.data!, Math.LN2, 'two answers each')
  t.ok(split.model! > 0)
})
