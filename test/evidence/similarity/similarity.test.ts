import t from 'tap'
import { Asker } from '../../../src/evidence/asker.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import { KINDS } from '../../../src/evidence/kinds.js'
import { Missing } from '../../../src/evidence/missing.js'
import { readOutput } from '../../../src/evidence/supplied-output.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { near } from '../../fixtures/near.js'
import { createScriptedEngine, type Script } from '../../fixtures/scripted-engine.js'

/** Directions in the plane, so that cosines are known. */
const VECTORS: Readonly<Record<string, readonly number[]>> = {
  Canberra: [1, 0],
  'It is Canberra': [3, 4],
  Sydney: [0, 2],
  'Not Canberra': [-1, 0]
}
const vector = (text: string): readonly number[] => VECTORS[text] ?? [1, 1]

function setup(changes: Partial<EvidenceInput> = {}, script: Script = {}) {
  const engine = createScriptedEngine({ vector, ...script })
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const none = (): Promise<never> => Promise.reject(new Missing('skipped', 'none', 'none'))
  const evidence = new Evidence(evidenceInput(changes), ask, { conformal: none, scores: none })
  const embedded = () => engine.calls.flatMap((call) => (call.kind === 'embed' ? [call.texts] : []))
  return { engine, evidence, embedded }
}

const samplesOf = (...texts: string[]) => texts.map((text, i) => readOutput(text, `/samples/${i}`))
const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'present',
    (error: unknown) => (error instanceof Missing ? `${error.status} ${error.reason}` : String(error))
  )

t.test('samples are compared by the cosine of their embeddings, in one call', async (t) => {
  const { evidence, embedded } = setup({ samples: samplesOf('Canberra', 'It is Canberra', 'Sydney', 'Not Canberra') })
  const matrix = await evidence.get('similarity')
  const wanted = [
    [1, 0.6, 0, -1],
    [0.6, 1, 0.8, -0.6],
    [0, 0.8, 1, 0],
    [-1, -0.6, 0, 1]
  ]
  wanted.forEach((row, i) => row.forEach((cosine, j) => near(t, matrix[i]![j]!, cosine, `${i} and ${j}`)))
  t.equal(embedded().length, 1)
})

t.test('equal texts are exactly alike and embedded once', async (t) => {
  const { evidence, embedded } = setup({ samples: samplesOf('Sydney', 'Canberra', 'Sydney') })
  const matrix = await evidence.get('similarity')
  t.equal(matrix[0]![2], 1)
  t.equal(matrix[0]![0], 1)
  t.same(embedded(), [['Sydney', 'Canberra']])
})

t.test('the answer is compared with every sample; what was embedded before is not embedded again', async (t) => {
  const samples = samplesOf('Canberra', 'It is Canberra', 'Sydney')
  const { evidence, embedded } = setup({ answer: readOutput('It is Canberra', '/answer'), samples })
  const [, similarity] = await Promise.all([evidence.get('similarity'), evidence.get('answer.similarity')])
  near(t, similarity[0]!, 0.6, 'to the first')
  t.equal(similarity[1], 1)
  near(t, similarity[2]!, 0.8, 'to the third')
  t.equal(embedded().flat().length, 3)
})

t.test('what the caller supplied is taken as it stands', async (t) => {
  const similarity = [
    [0.9, 0.2],
    [0.3, 0.8]
  ]
  const { engine, evidence } = setup({ samples: samplesOf('a', 'b'), similarity, fill: 'never' })
  t.same(await evidence.get('similarity'), similarity)
  t.equal(engine.calls.length, 0)
})

t.test('one sample, an empty one and one of 20 000 characters have a similarity too', async (t) => {
  t.same(await setup({ samples: samplesOf('Canberra') }).evidence.get('similarity'), [[1]])
  const { evidence } = setup({ samples: samplesOf('', 'x'.repeat(20_000), '') })
  const matrix = await evidence.get('similarity')
  t.equal(matrix[0]![2], 1)
  t.ok(matrix.flat().every((cosine) => cosine >= -1 && cosine <= 1))
})

t.test('an encoder that is not ready is a reason, not a fault', async (t) => {
  const { engine, evidence } = setup({ samples: samplesOf('a', 'b') }, { states: { embedding: 'loading' } })
  t.equal(await reasonOf(evidence.get('similarity')), 'failed embedding_unavailable')
  t.equal(await reasonOf(evidence.get('answer.similarity')), 'failed embedding_unavailable')
  t.equal(engine.count('embed'), 0)
})

t.test('a vector that is not finite is a reason, not a number', async (t) => {
  const { evidence } = setup({ samples: samplesOf('a', 'b') }, { vector: () => [NaN, 1] })
  t.equal(await reasonOf(evidence.get('similarity')), 'failed embedding_unusable')
})

t.test('the embedding model may be asked although the language model may not', async (t) => {
  const { engine, evidence } = setup({ fill: 'never', samples: samplesOf('Canberra', 'Sydney') })
  near(t, (await evidence.get('similarity'))[0]![1]!, 0, 'cosine')
  t.equal(engine.count('embed'), 1)
  t.equal(await reasonOf(evidence.get('answer.similarity')), 'skipped needs_answer')
})

t.test('the work is told beforehand: distinct texts, and none for what was supplied', async (t) => {
  const circumstances = { asksModel: true, fills: true, sampleCount: 10, maxTokens: 64 }
  const work = (kind: 'similarity' | 'answer.similarity', changes: Partial<EvidenceInput>) =>
    KINDS[kind].work?.({ ...circumstances, supply: evidenceInput(changes) }, {}).embeddings
  t.equal(work('similarity', {}), 10)
  t.equal(work('answer.similarity', {}), 11)
  const samples = samplesOf('a', 'b', 'a')
  t.equal(work('similarity', { samples }), 2)
  t.equal(work('answer.similarity', { samples, answer: readOutput('a', '/answer') }), 2)
  t.equal(work('answer.similarity', { samples, answer: readOutput('c', '/answer') }), 3)
  t.equal(work('similarity', { samples, similarity: [[1]] }), undefined)
})
