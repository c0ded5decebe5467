import t from 'tap'
import { pickPosition } from '../../src/math/perturbed-position.js'

const ENTROPIES = [1.5, 0.2, 1.1, 2, 0.1]

t.test('each rule picks its position', async (t) => {
  t.same(pickPosition(ENTROPIES, 'max_ent'), { index: 3, fellBack: false })
  t.same(pickPosition(ENTROPIES, 'min_ent'), { index: 4, fellBack: false })
  t.same(pickPosition(ENTROPIES, 'max_diff'), { index: 2, fellBack: false }, 'a rise of .9 equals that to the peak')
})

t.test('without a rise the largest entropy is taken, and said', async (t) => {
  t.same(pickPosition([2, 1, 1], 'max_diff'), { index: 0, fellBack: true })
  t.same(pickPosition([0.4], 'max_diff'), { index: 0, fellBack: true })
})

t.test('of equal entropies the first is taken', async (t) => {
  t.equal(pickPosition([1, 1], 'max_ent').index, 0)
  t.equal(pickPosition([1, 1], 'min_ent').index, 0)
})
