import t from 'tap'
import { Asker } from '../../../src/evidence/asker.js'
import { lookUp } from '../../../src/evidence/comparison/supplied-comparisons.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import type { Circumstances } from '../../../src/evidence/kind.js'
import { Missing } from '../../../src/evidence/missing.js'
import { sentencesKinds } from '../../../src/evidence/sentences/kinds.js'
import { MOST_JUDGEMENTS, MOST_SENTENCE_PAIRS } from '../../../src/evidence/sentences/limit.js'
import { windowsOf } from '../../../src/evidence/sentences/windows.js'
import { readOutput } from '../../../src/evidence/supplied-output.js'
import { SAME_TEXT } from '../../../src/math/nli.js'
import { OPPOSITE } from '../../fixtures/entailments.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { CONTRADICTS, createScriptedEngine, ENTAILS, NEUTRAL, type Script } from '../../fixtures/scripted-engine.js'

const unused = () => Promise.reject(new Error('unused'))
const PEERS = { conformal: unused, scores: unused }

const outputs = (...texts: string[]) => texts.map((text, i) => readOutput(text, `/samples/${i}`))
const answerOf = (text: string) => readOutput(text, '/answer')

function setup(changes: Partial<EvidenceInput>, script: Script = {}) {
  const engine = createScriptedEngine(script)
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const input = evidenceInput({ messages: null, ...changes })
  const circumstances: Circumstances = {
    supply: input,
    asksModel: input.messages !== null,
    fills: true,
    sampleCount: 10,
    maxTokens: 64
  }
  const pairs = () => engine.calls.flatMap((call) => (call.kind === 'entail' ? call.pairs : []))
  return { engine, pairs, circumstances, evidence: new Evidence(input, ask, PEERS) }
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((caught: unknown) => caught)
  return error instanceof Missing ? `${error.status} ${error.reason}` : `not missing: ${String(error)}`
}

t.test('each sentence of the answer is judged by every sample, in one call, with its place', async (t) => {
  const given = { answer: answerOf('It is Lyon. It is hot.'), samples: outputs('It is Lyon.', 'It is cold.') }
  const { engine, pairs, circumstances, evidence } = setup(given, { entails: () => CONTRADICTS })
  const sentences = await evidence.get('answer.sentences')
  t.match(sentences, [
    { text: 'It is Lyon.', start: 0, end: 11, verdicts: [SAME_TEXT, { contradiction: 0.9 }] },
    { text: 'It is hot.', start: 12, end: 22, verdicts: [{ contradiction: 0.9 }, { contradiction: 0.9 }] }
  ])
  t.equal(engine.count('entail'), 1)
  t.same(pairs()[0], { premise: 'It is cold.', hypothesis: 'It is Lyon.' }, 'premise is the sample')
  t.equal(pairs().length, 3, 'a sample entails what it says in as many words')
  t.ok(sentencesKinds['answer.sentences'].work!(circumstances, {}).pairs! >= 3)
})

t.test('an answer of one sentence is compared as a whole, and supplied comparisons are taken', async (t) => {
  const compared = lookUp({ answer_entailment: { forward: [OPPOSITE], backward: [OPPOSITE] } }, 1)
  const given = { answer: answerOf('It is Lyon.'), samples: outputs('It is Paris.'), compared }
  const { engine, circumstances, evidence } = setup(given)
  t.match(await evidence.get('answer.sentences'), [{ verdicts: [OPPOSITE] }])
  t.equal(engine.calls.length, 0)
  t.equal(sentencesKinds['answer.sentences'].work!(circumstances, {}).pairs, 0)
})

t.test('a blank answer has no sentence and costs nothing', async (t) => {
  const { engine, evidence } = setup({ answer: answerOf(' '), samples: outputs('a') })
  t.same(await evidence.get('answer.sentences'), [])
  t.equal(engine.calls.length, 0)
})

t.test('samples of one sentence share the comparisons of the whole samples', async (t) => {
  const { pairs, circumstances, evidence } = setup(
    { samples: outputs('Lyon', 'Paris', 'Rome') },
    { entails: () => NEUTRAL }
  )
  const [matrix, judged] = await Promise.all([evidence.get('entailment'), evidence.get('samples.sentences')])
  t.equal(pairs().length, 6)
  t.same(judged[0]![0]!.verdicts, [matrix[0]![0], matrix[1]![0], matrix[2]![0]], 'column of the matrix')
  t.match(sentencesKinds['samples.sentences'].work!(circumstances, {}), { samplePairs: 6, pairs: 0 })
})

t.test('sentences of longer samples are judged one by one; a sample is certain of its own', async (t) => {
  const samples = outputs('It is Lyon. It is hot.', 'It is Lyon.')
  const { pairs, circumstances, evidence } = setup({ samples }, { entails: () => CONTRADICTS })
  const [first, second] = await evidence.get('samples.sentences')
  t.match(first, [{ verdicts: [SAME_TEXT, SAME_TEXT] }, { verdicts: [SAME_TEXT, { contradiction: 0.9 }] }])
  t.match(second, [{ verdicts: [{ contradiction: 0.9 }, SAME_TEXT] }])
  const work = sentencesKinds['samples.sentences'].work!(circumstances, {})
  t.ok(pairs().length <= work.pairs! + (work.samplePairs ?? 0))
})

t.test('the question stands before a sample and before a sentence', async (t) => {
  const messages = [{ role: 'user' as const, content: 'Where?' }]
  const { pairs, evidence } = setup({ messages, answer: answerOf('Here. There.'), samples: outputs('Nowhere') })
  await evidence.get('answer.sentences')
  t.same(pairs()[0], { premise: 'Where? Nowhere', hypothesis: 'Where? Here.' })
})

t.test('too many sentences are refused with the reason, before a model is asked', async (t) => {
  const long = Array.from({ length: MOST_SENTENCE_PAIRS }, (_, i) => `It is ${i}.`).join(' ')
  const { engine, circumstances, evidence } = setup({
    answer: answerOf(long),
    samples: outputs('a', 'b'),
    context: 'One. Two.'
  })
  t.equal(await reasonOf(evidence.get('answer.sentences')), 'failed too_many_sentences')
  t.equal(engine.calls.length, 0)
  t.equal(sentencesKinds['answer.sentences'].work!(circumstances, {}).pairs, MOST_SENTENCE_PAIRS)
})

t.test('sentences that repeat are compared once, and are planned for however many they seem', async (t) => {
  const answer = answerOf('It is so. It is not. '.repeat(MOST_SENTENCE_PAIRS))
  const { pairs, circumstances, evidence } = setup({ answer, samples: outputs('a') }, { entails: () => NEUTRAL })
  await evidence.get('answer.sentences')
  t.equal(pairs().length, 2)
  t.ok(sentencesKinds['answer.sentences'].work!(circumstances, {}).pairs! >= 2)
})

t.test('samples of very many sentences are refused before they are laid out', async (t) => {
  const sentences = Array.from({ length: 1000 }, (_, i) => `It is ${i}.`)
  const count = Math.ceil(Math.sqrt(MOST_JUDGEMENTS / sentences.length)) + 1
  const samples = outputs(...Array.from({ length: count }, (_, i) => sentences.toSpliced(i, 0, 'Yes.').join(' ')))
  const { engine, evidence } = setup({ samples })
  t.equal(await reasonOf(evidence.get('samples.sentences')), 'failed too_many_sentences')
  t.equal(engine.calls.length, 0)
})

t.test('sentences that are yet to be written are counted at worst, up to the cap', async (t) => {
  const { circumstances } = setup({ messages: [{ role: 'user', content: 'Where?' }], context: 'Here.' })
  t.equal(sentencesKinds['answer.sentences'].work!(circumstances, {}).pairs, 320)
  t.match(sentencesKinds['samples.sentences'].work!(circumstances, {}), { samplePairs: 90, pairs: 2880 })
  t.equal(sentencesKinds.groundedness.work!(circumstances, {}).pairs, 32)
})

t.test('each sentence of the answer is held against the context, and the best passage is told', async (t) => {
  const filler = 'The weather was fine on that day. '.repeat(40)
  const context = `${filler}Lyon is in France. ${filler}`
  const { engine, circumstances, evidence } = setup(
    { answer: answerOf('Lyon is in France. It rained.'), context },
    { entails: (premise, hypothesis) => (premise.includes(hypothesis) ? ENTAILS : NEUTRAL) }
  )
  const [first, second] = await evidence.get('groundedness')
  t.match(first, { text: 'Lyon is in France.', verdict: { entailment: 0.9 } })
  t.match(context.slice(first!.source.start, first!.source.end), 'Lyon is in France.')
  t.match(second, { verdict: { entailment: 0.1 } })
  t.equal(engine.count('entail'), 1)
  t.equal(sentencesKinds.groundedness.work!(circumstances, {}).pairs, 2 * windowsOf(context).length)
})

t.test('the question stands before a passage and before a sentence of the answer', async (t) => {
  const messages = [{ role: 'user' as const, content: 'Where?' }]
  const { pairs, evidence } = setup({ messages, answer: answerOf('Lyon'), context: 'It is in Lyon.' })
  await evidence.get('groundedness')
  t.same(pairs(), [{ premise: 'Where? It is in Lyon.', hypothesis: 'Where? Lyon' }])
})

t.test('without a context nothing is grounded and nothing is asked', async (t) => {
  const { circumstances, evidence } = setup({ answer: answerOf('Lyon') })
  t.equal(await reasonOf(evidence.get('groundedness')), 'skipped needs_context')
  t.same(sentencesKinds.groundedness.work!(circumstances, {}), {})
  t.equal(
    await reasonOf(setup({ answer: answerOf('Lyon'), context: ' ' }).evidence.get('groundedness')),
    'failed empty_context'
  )
})

t.test('windows cover the text, overlap by a sentence and stay short', async (t) => {
  const text = Array.from({ length: 100 }, (_, i) => `This is sentence number ${i} of a long text.`).join(' ')
  const windows = windowsOf(text)
  t.ok(windows.length > 5)
  t.equal(windows[0]!.start, 0)
  t.equal(windows.at(-1)!.end, text.length)
  windows.slice(1).forEach((window, i) => t.ok(window.start < windows[i]!.end, `window ${i + 1} overlaps`))
  t.ok(windows.every((window) => window.text === text.slice(window.start, window.end) && window.text.length <= 480))
})

t.test('text without stops is cut too, between characters, and blank text has no window', async (t) => {
  for (const text of ['x'.repeat(20_000), '京'.repeat(500), '👍'.repeat(5000)]) {
    const windows = windowsOf(text)
    t.equal(windows.at(-1)!.end, text.length)
    t.ok(windows.every((window) => window.text.length <= 480 && !/\p{Surrogate}/u.test(window.text)))
  }
  t.same(windowsOf(' \n'), [])
})
