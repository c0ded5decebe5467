import t from 'tap'
import { classColumns, classProbabilities } from '../../../src/engine/encoder/entailment.js'

t.test('classes are found by name in any order and case', async (t) => {
  const id2label = { 0: 'CONTRADICTION', 1: 'Entailment', 2: 'neutral' }
  t.strictSame(classColumns({ id2label }), { entailment: 1, neutral: 2, contradiction: 0 })
})

for (const config of [{}, { id2label: { 0: 'entailment', 1: 'not_entailment' } }, { id2label: { 0: 'LABEL_0' } }]) {
  t.test(`a model whose classes are ${JSON.stringify(config)} is refused`, async (t) => {
    t.throws(() => classColumns(config), { code: 'QUALM_ERR_MODEL_UNAVAILABLE', message: /id2label/ })
  })
}

t.test('probabilities are the soft-max of the named columns', async (t) => {
  const columns = { entailment: 2, neutral: 0, contradiction: 1 }
  const found = classProbabilities(Float32Array.of(0, Math.log(2), Math.log(5)), columns)
  t.ok(Math.abs(found.neutral - 1 / 8) < 1e-7)
  t.ok(Math.abs(found.contradiction - 2 / 8) < 1e-7)
  t.ok(Math.abs(found.entailment - 5 / 8) < 1e-7)
})

t.test('huge logits do not overflow', async (t) => {
  const columns = { entailment: 0, neutral: 1, contradiction: 2 }
  const found = classProbabilities(Float32Array.of(3e38, -3e38, 0), columns)
  t.strictSame(found, { entailment: 1, neutral: 0, contradiction: 0 })
})
