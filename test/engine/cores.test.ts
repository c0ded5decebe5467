import t from 'tap'
import { shareCores } from '../../src/engine/cores.js'

t.test('on few cores every lane uses all of them and they take turns', async (t) => {
  const { threads, cpuToken } = shareCores(2)
  t.strictSame(threads, { language: 2, entailment: 2, embedding: 2 })
  t.not(cpuToken, null)
})

t.test('on many cores lanes run side by side and use no more than there are', async (t) => {
  for (const cores of [6, 7, 16, 64]) {
    const { threads, cpuToken } = shareCores(cores)
    t.equal(threads.language + threads.entailment + threads.embedding, cores)
    t.ok(threads.entailment >= 1)
    t.equal(cpuToken, null)
  }
})

t.test('what has no model leaves its cores to the others', async (t) => {
  t.match(shareCores(16, ['entailment', 'embedding']).threads, { entailment: 8, embedding: 8 })
  t.match(shareCores(16, ['embedding']).threads, { embedding: 16 })
  t.match(shareCores(16, ['language', 'entailment']).threads, { language: 12, entailment: 4 })
})
