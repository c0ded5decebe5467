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
