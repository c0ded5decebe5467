import t from 'tap'
import { Asker } from '../../../src/evidence/asker.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import { KINDS } from '../../../src/evidence/kinds.js'
import { Missing } from '../../../src/evidence/missing.js'
import { readOutput, type SuppliedOutput } from '../../../src/evidence/supplied-output.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { near } from '../../fixtures/near.js'
import { createScriptedEngine, type Script } from '../../fixtures/scripted-engine.js'

const QUESTION = 'What is the capital of Australia?'

/** A text with its city points one way, without it another: the cosine between them is 0.6. */
const vector = (text: string): readonly number[] => (text.includes('Canberra') ? [1, 0] : [0.6, 0.8])

function setup(changes: Partial<EvidenceInput> = {}, script: Script = {}) {
  const engine = createScriptedEngine({ vector, ...script })
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const none = (): Promise<never> => Promise.reject(new Missing('skipped', 'none', 'none'))
  const evidence = new Evidence(evidenceInput(changes), ask, { conformal: none, scores: none })
  const embedded = () => engine.calls.flatMap((call) => (call.kind === 'embed' ? [call.texts] : []))
  return { engine, evidence, embedded }
}

/** An answer of the given tokens, each with its bytes. */
function supplied(text: string, tokens: readonly (string | readonly number[])[]): SuppliedOutput {
  const content = tokens.map((token) =>
    typeof token === 'string' ? { token, logprob: -0.1 } : { token: '?', logprob: -0.1, bytes: token }
  )
  return { text, finish_reason: 'stop', logprobs: { content } }
}

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'present',
    (error: unknown) => (error instanceof Missing ? `${error.status} ${error.reason}` : String(error))
  )

t.test('a token matters as much as the meaning changes without it; the end does not matter', async (t) => {
  const { evidence, embedded } = setup({}, { answer: 'It is Canberra' })
  const relevance = await evidence.get('answer.relevance')
  ;[0, 0, 0.4, 0].forEach((wanted, i) => near(t, relevance[i]!, wanted, `token ${i}`))
  t.same(embedded(), [
    [`${QUESTION} It is Canberra`, `${QUESTION}  is Canberra`, `${QUESTION} It Canberra`, `${QUESTION} It is`]
  ])
})

t.test('one position is deleted, not every place where the token stands', async (t) => {
  const { evidence, embedded } = setup({
    messages: null,
    answer: readOutput(supplied('a cat a', ['a', ' cat', ' a']), '/answer')
  })
  await evidence.get('answer.relevance')
  t.same(embedded(), [['a cat a', ' cat a', 'a a', 'a cat']])
})

t.test('a character split over tokens goes as a whole with each of them', async (t) => {
  const thumb = [
    [0xf0, 0x9f],
    [0x91, 0x8d]
  ] as const
  const { evidence, embedded } = setup({
    messages: null,
    answer: readOutput(supplied('Canberra👍', ['Canberra', ...thumb]), '/answer')
  })
  const relevance = await evidence.get('answer.relevance')
  t.same(embedded(), [['Canberra👍', '👍', 'Canberra']])
  near(t, relevance[0]!, 0.4, 'the word')
  t.same(relevance.slice(1), [0, 0])
})

t.test('the tokens of all samples are weighed in one call, equal texts once', async (t) => {
  const { evidence, embedded } = setup({}, { samples: ['Canberra', 'Canberra'] })
  t.same(
    (await evidence.get('samples.relevance')).map((one) => one.map((weight) => Number(weight.toFixed(6)))),
    [
      [0.4, 0],
      [0.4, 0]
    ]
  )
  t.same(embedded(), [[`${QUESTION} Canberra`, `${QUESTION} `]])
})

t.test('a deletion that was made for the answer is not made again for a sample', async (t) => {
  const { evidence, embedded } = setup({}, { answer: 'Canberra', samples: ['Canberra'] })
  await evidence.get('answer.relevance')
  await evidence.get('samples.relevance')
  t.equal(embedded().length, 1)
})

t.test('an empty answer has nothing to delete', async (t) => {
  const { engine, evidence } = setup({ answer: readOutput(supplied('', ['<|im_end|>']), '/answer') })
  t.same(await evidence.get('answer.relevance'), [0])
  t.ok(engine.count('embed') <= 1)
})

t.test('a long question keeps its end, so that the answer stays in the window', async (t) => {
  const content = `${'x'.repeat(5000)} Capital?`
  const { evidence, embedded } = setup({ messages: [{ role: 'user', content }] }, { answer: 'Canberra' })
  await evidence.get('answer.relevance')
  t.match(embedded()[0]![0], /^x+ Capital\? Canberra$/)
  t.ok(embedded()[0]![0]!.length < 700)
})

t.test('too many tokens are refused with a reason, before any model is asked', async (t) => {
  const long = Array.from({ length: 257 }, () => 'a')
  const { engine, evidence } = setup({ answer: readOutput(supplied(long.join(''), long), '/answer') })
  t.equal(await reasonOf(evidence.get('answer.relevance')), 'failed too_many_tokens')
  const many = Array.from({ length: 20 }, (_, i) => supplied(`${i % 10}${i}${'a'.repeat(248)}`.slice(0, 250), []))
  const samples = many.map(({ text }, i) => readOutput(supplied(text, [...text]), `/samples/${i}`))
  t.equal(await reasonOf(setup({ samples }).evidence.get('samples.relevance')), 'failed too_many_tokens')
  t.equal(engine.calls.length, 0)
})

t.test('an encoder that is not ready is a reason, not a fault', async (t) => {
  const { evidence } = setup({}, { states: { embedding: 'failed' } })
  t.equal(await reasonOf(evidence.get('answer.relevance')), 'failed embedding_unavailable')
  t.equal(await reasonOf(evidence.get('samples.relevance')), 'failed embedding_unavailable')
})

t.test('the work is told beforehand and never more than the caps', async (t) => {
  const circumstances = { asksModel: true, fills: true, sampleCount: 10, maxTokens: 64 }
  const work = (kind: 'answer.relevance' | 'samples.relevance', changes: Partial<EvidenceInput>, more = {}) =>
    KINDS[kind].work?.({ ...circumstances, ...more, supply: evidenceInput(changes) }, {}).embeddings
  t.equal(work('answer.relevance', {}), 65)
  t.equal(work('samples.relevance', {}), 650)
  t.equal(work('samples.relevance', {}, { maxTokens: 4000, sampleCount: 100 }), 4196)
  const answer = readOutput(supplied('a cat', ['a', ' cat']), '/answer')
  t.equal(work('answer.relevance', { answer }), 3)
  t.equal(work('samples.relevance', { samples: [answer, answer] }), 3)
  t.equal(work('answer.relevance', { answer: readOutput('été', '/answer') }), 6)
  t.equal(work('answer.relevance', { answer: readOutput('a', '/answer') }, { asksModel: false }), 0)
})
