import t from 'tap'
import type { GenerateRequest } from '../../../src/engine/engine.js'
import { Asker } from '../../../src/evidence/asker.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import type { Circumstances } from '../../../src/evidence/kind.js'
import { Missing } from '../../../src/evidence/missing.js'
import { perturbationKinds } from '../../../src/evidence/perturbation/kinds.js'
import { readOutput } from '../../../src/evidence/supplied-output.js'
import type { EvidenceParameters } from '../../../src/scorer.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { createScriptedEngine, type Call, type Script, type ScriptedEngine } from '../../fixtures/scripted-engine.js'

const MESSAGES = [
  { role: 'system' as const, content: 'Be brief.' },
  { role: 'user' as const, content: 'Hello' },
  { role: 'assistant' as const, content: 'Hello!' },
  { role: 'user' as const, content: 'What is the capital of Australia?' }
]
const TWO = { paraphrases: { source: 'template' as const, count: 2 } }

function setup(changes: Partial<EvidenceInput> = {}, script: Script = {}) {
  const engine = createScriptedEngine({ vector: (text) => [1, text.length], ...script })
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const none = () => Promise.reject(new Missing('skipped', 'needs_policy', 'no policy'))
  const evidence = new Evidence(evidenceInput({ messages: MESSAGES, ...changes }), ask, {
    conformal: none,
    scores: none
  })
  return { engine, evidence }
}

/** Generate requests other than the shared one for the answer and the samples. */
function generated(engine: ScriptedEngine): GenerateRequest[] {
  const isOwn = (call: Call) => call.kind === 'generate' && call.request.messages !== MESSAGES
  return engine.calls.filter(isOwn).flatMap((call) => (call.kind === 'generate' ? [call.request] : []))
}

/** A token with alternatives as a caller supplies it. */
function supplied(token: string, alternatives: Readonly<Record<string, number>>) {
  const tops = Object.entries(alternatives).map(([text, p]) => ({ token: text, logprob: Math.log(p), bytes: null }))
  return { token, logprob: Math.log(alternatives[token] ?? 0.01), bytes: null, top_logprobs: tops }
}

const SUPPLIED = readOutput(
  {
    text: 'It is Sydney',
    finish_reason: 'stop',
    logprobs: {
      content: [
        supplied('It', { It: 0.9, The: 0.05 }),
        supplied(' is', { ' is': 0.98, ' was': 0.01 }),
        supplied(' Sydney', { ' Sydney': 0.4, ' Canberra': 0.3, '<|im_end|>': 0.1, ' \uFFFD': 0.1, ' Perth': 0.05 })
      ]
    }
  },
  '/answer'
)

/** How and why evidence is missing; anything but `Missing` passes through. */
async function missing(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'present',
    (error: unknown) => {
      if (!(error instanceof Missing)) throw error
      return `${error.status} ${error.reason}`
    }
  )
}

t.test('every wording is put to the model in one call of its own, in the place of the last question', async (t) => {
  const { engine, evidence } = setup()
  const parameters = { ...TWO, 'paraphrases.replies': { replies: 3, temperatures: [0.7, 1.2] } }
  const { probes, strata } = await evidence.get('paraphrases.replies', parameters)
  const requests = generated(engine)
  t.equal(requests.length, 3)
  t.same(
    requests.map(({ messages }) => messages.at(-1)!.content),
    probes.map(({ text }) => text)
  )
  t.ok(requests.every(({ messages }) => messages.length === 4 && messages[0] === MESSAGES[0]))
  t.same(
    requests[0]!.rows.map(({ temperature }) => temperature),
    [0.7, 0.7, 0.7, 1.2, 1.2, 1.2]
  )
  t.equal(new Set(requests.map(({ seed }) => seed)).size, 3, 'no two wordings share their random numbers')
  t.same(
    strata.map(({ temperature, replies }) => [temperature, replies.map((list) => list.length)]),
    [
      [0.7, [3, 3, 3]],
      [1.2, [3, 3, 3]]
    ]
  )
})

t.test('replies are listed once, by place, in the order of their rows', async (t) => {
  const { evidence } = setup({}, { samples: ['Canberra', 'Sydney'], reversed: true })
  const parameters = { ...TWO, 'paraphrases.replies': { replies: 3, temperatures: [0.7] } }
  const { texts, strata, textSimilarity } = await evidence.get('paraphrases.replies', parameters)
  t.same(texts, ['Canberra', 'Sydney'])
  t.same(strata[0]!.replies, [
    [0, 1, 0],
    [0, 1, 0],
    [0, 1, 0]
  ])
  t.equal(textSimilarity.length, 2)
})

t.test('the reply form answers each paraphrase greedily, the question itself being answered already', async (t) => {
  const { engine, evidence } = setup({}, { answer: 'Sydney' })
  const parameters = { ...TWO, 'paraphrases.answer': { form: 'reply' as const, embed: true } }
  const { answer, replies, replySimilarity, readings } = await evidence.get('paraphrases.answer', parameters)
  t.equal(answer, 'Sydney')
  t.equal(replies!.length, 2)
  t.equal(replySimilarity!.length, 3)
  t.equal(readings, null)
  t.ok(generated(engine).every(({ rows }) => rows.length === 1 && rows[0]!.temperature === 0))
})

t.test(
  'the likelihood form reads the answer after the question and after each paraphrase, and writes nothing',
  async (t) => {
    const { engine, evidence } = setup({ answer: readOutput('It is Sydney', '/answer') })
    const parameters = { ...TWO, 'paraphrases.answer': { form: 'likelihood' as const, embed: false } }
    const { replies, readings } = await evidence.get('paraphrases.answer', parameters)
    t.equal(replies, null)
    t.same(
      readings!.map((tokens) => tokens.length),
      [4, 4, 4]
    )
    t.equal(engine.count('generate'), 0)
    t.equal(engine.count('scoreText'), 3)
  }
)

t.test('an empty answer cannot be read', async (t) => {
  const { evidence } = setup({ answer: readOutput('', '/answer') })
  const parameters = { ...TWO, 'paraphrases.answer': { form: 'likelihood' as const, embed: false } }
  t.equal(await missing(evidence.get('paraphrases.answer', parameters)), 'failed empty_answer')
})

t.test('the token is replaced by the best others and the answer goes on after them', async (t) => {
  const { engine, evidence } = setup({ answer: SUPPLIED }, { write: () => '.' })
  const parameters = { variations: { kind: 'max_ent' as const, count: 5, embed: false } }
  const { position, variants, similarity } = await evidence.get('variations', parameters)
  t.match(position, { index: 2, text: ' Sydney', fellBack: false })
  t.same(variants, [
    { text: 'It is Canberra.', replacement: ' Canberra' },
    { text: 'It is', replacement: '' },
    { text: 'It is Perth.', replacement: ' Perth' }
  ])
  t.equal(similarity, null)
  t.same(
    engine.calls.map((call) => (call.kind === 'generate' ? call.request.prefill : call.kind)),
    ['It is Canberra', 'It is Perth'],
    'after the end token nothing is written, and parts of a character are left out'
  )
})

t.test('what stands before the token is taken from the text, whatever a server calls its tokens', async (t) => {
  const content = [...Buffer.from('🦘')].map((byte) => ({
    ...supplied('\\x', { '\\x': 0.99, a: 0.01 }),
    bytes: [byte]
  }))
  const last = supplied(' ok', { ' ok': 0.5, ' no': 0.4 })
  const given = { text: '🦘 ok', logprobs: { content: [...content, { ...last, bytes: [...Buffer.from(' ok')] }] } }
  const { evidence } = setup({ answer: readOutput(given, '/answer') }, { write: () => '.' })
  const variations = { kind: 'max_ent' as const, count: 1, embed: false }
  t.match(await evidence.get('variations', { variations }), { variants: [{ text: '🦘 no.' }] })
})

t.test('alternatives that only other evidence asked for change nothing', async (t) => {
  const parts = Array.from({ length: 3 }, (_, i) => [`\uFFFD${i}`, 0.1] as const)
  const few = { b: 0.4, a: 0.3, ...Object.fromEntries(parts) }
  const wide = supplied('b', { ...few, z: 0.001 })
  const answer = readOutput({ text: 'b', logprobs: { content: [wide] } }, '/answer')
  const { evidence } = setup({ answer })
  const variations = { kind: 'max_ent' as const, count: 2, embed: false }
  t.equal((await evidence.get('variations', { variations })).variants.length, 1)
})

t.test('each rule finds its own position', async (t) => {
  const index = async (kind: 'min_ent' | 'max_diff'): Promise<number> => {
    const { evidence } = setup({ answer: SUPPLIED })
    const { position } = await evidence.get('variations', { variations: { kind, count: 1, embed: false } })
    return position!.index
  }
  t.equal(await index('min_ent'), 1)
  t.equal(await index('max_diff'), 2)
})

t.test('drawn answers are the samples of the request, at no further call', async (t) => {
  const { engine, evidence } = setup({}, { answer: 'Sydney', samples: ['Canberra', 'Perth'] })
  const { answer, variants, position, similarity } = await evidence.get('variations', {
    variations: { kind: 'sample', count: 5, embed: true }
  })
  t.equal(answer, 'Sydney')
  t.same(
    variants.map(({ text }) => text),
    ['Canberra', 'Perth']
  )
  t.equal(position, null)
  t.equal(similarity!.length, 3)
  t.equal(engine.count('generate'), 1)
})

t.test('an answer without alternatives says what to supply', async (t) => {
  const content = [{ token: 'Sydney', logprob: -0.5, bytes: null, top_logprobs: [] }]
  const { evidence } = setup({ answer: readOutput({ text: 'Sydney', logprobs: { content } }, '/answer') })
  const variations = { kind: 'max_ent' as const, count: 5, embed: false }
  t.equal(await missing(evidence.get('variations', { variations })), 'skipped needs_alternatives')
})

t.test('the model is not asked without leave', async (t) => {
  const { engine, evidence } = setup({ answer: SUPPLIED, fill: 'never' })
  const refused = 'skipped needs_model_call'
  const variations = { kind: 'max_ent' as const, count: 5, embed: false }
  t.equal(await missing(evidence.get('variations', { variations })), refused)
  t.equal(await missing(evidence.get('paraphrases.replies', TWO)), refused)
  t.equal(await missing(evidence.get('paraphrases.answer', TWO)), refused)
  t.equal(engine.calls.length, 0)
})

t.test('the stated work covers what is asked, and is none where nothing may be asked', async (t) => {
  const input = evidenceInput({ messages: MESSAGES })
  const asked: Circumstances = { supply: input, asksModel: true, fills: true, sampleCount: 10, maxTokens: 32 }
  const silent = { ...asked, asksModel: false, supply: { ...input, samples: null } }
  const parameters: EvidenceParameters = {
    paraphrases: { source: 'evolved', count: 9 },
    'paraphrases.replies': { replies: 5, temperatures: [0.5, 1] },
    'paraphrases.answer': { form: 'reply', embed: true },
    variations: { kind: 'max_ent', count: 5, embed: true }
  }
  t.match(perturbationKinds['paraphrases.replies'].work!(asked, parameters), {
    completionTokens: 100 * 32,
    embeddings: 110
  })
  t.match(perturbationKinds['paraphrases.answer'].work!(asked, parameters), {
    completionTokens: 9 * 32,
    embeddings: 10
  })
  t.match(perturbationKinds.variations.work!(asked, parameters), { completionTokens: 5 * 32, alternatives: 8 })
  for (const kind of Object.values(perturbationKinds)) t.same(kind.work!(silent, parameters), {})
})

t.test('equal wishes are one gathering and other paraphrases another', async (t) => {
  const { engine, evidence } = setup()
  const parameters = { ...TWO, 'paraphrases.replies': { replies: 1, temperatures: [0.7] } }
  await Promise.all([1, 2].map(() => evidence.get('paraphrases.replies', { ...parameters })))
  t.equal(generated(engine).length, 3)
  await evidence.get('paraphrases.replies', { ...parameters, paraphrases: { source: 'template', count: 3 } })
  t.equal(generated(engine).length, 7)
})
