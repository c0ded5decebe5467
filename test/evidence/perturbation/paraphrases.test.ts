import t from 'tap'
import { Asker } from '../../../src/evidence/asker.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import { Missing } from '../../../src/evidence/missing.js'
import { evolve, EVOLVED_TEXTS, LEAST_SIMILARITY } from '../../../src/evidence/perturbation/evolution.js'
import { framesFor } from '../../../src/evidence/perturbation/question-frames.js'
import { questionGenes } from '../../../src/evidence/perturbation/question-genes.js'
import { substitutesFor } from '../../../src/evidence/perturbation/substitutions.js'
import type { ParaphraseSource } from '../../../src/scorer.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { createScriptedEngine, type Script } from '../../fixtures/scripted-engine.js'

const QUESTION = 'What is the capital of Australia?'
const framed = (question: string): string[] => framesFor(question).map((frame) => frame(question))

/** Texts that share more letters point more alike. */
const letters = (text: string): number[] =>
  Array.from({ length: 26 }, (_, i) => 0.01 + text.toLowerCase().split(String.fromCharCode(97 + i)).length - 1)

function gather(source: ParaphraseSource, count: number, changes: Partial<EvidenceInput> = {}, script: Script = {}) {
  const engine = createScriptedEngine({ vector: letters, ...script })
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const none = () => Promise.reject(new Missing('skipped', 'needs_policy', 'no policy'))
  const evidence = new Evidence(evidenceInput(changes), ask, { conformal: none, scores: none })
  return { engine, found: evidence.get('paraphrases', { paraphrases: { source, count } }) }
}

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

t.test('a question is put in ten other ways or more, all different', async (t) => {
  for (const question of [QUESTION, 'Who wrote Hamlet?', 'Name a river.', '法国的首都是哪里？', 'Où est la gare ?']) {
    const texts = new Set(framed(question))
    texts.delete(question)
    t.ok(texts.size >= 10, question)
  }
})

t.test('the question word is moved where the grammar is plain', async (t) => {
  t.match(framed(QUESTION).slice(0, 2), [
    'Tell me what the capital of Australia is.',
    'The capital of Australia is what?'
  ])
  t.equal(framed('Who wrote Hamlet?')[0], 'Tell me who wrote Hamlet.')
  t.notOk(framed('What is a baby fox called?').some((text) => text.includes('called is')))
  t.notOk(framed('How many legs does a spider have?').some((text) => text.startsWith('Tell me how')))
})

t.test('no English word stands beside a question in another language', async (t) => {
  for (const question of ['法国的首都是哪里？', 'Сколько будет два плюс два?']) {
    t.ok(framed(question).every((text) => !/[a-z]{2}/iu.test(text.replaceAll(question, ''))))
  }
})

t.test('names and numbers are never worded otherwise', async (t) => {
  t.same(substitutesFor('Capital', false), [])
  t.same(substitutesFor('57', false), [])
  t.ok(substitutesFor('capital', false).length > 0)
  t.same(substitutesFor('What', true), ['Which'])
  t.ok(substitutesFor('the', false).includes(''))
})

t.test('genes express a frame and the wording of each word', async (t) => {
  const { choices, express } = questionGenes('What is the capital of Oman?')
  t.equal(express([]), 'What is the capital of Oman?')
  t.equal(express([0, 1, 1, 1]), 'Which is capital city of Oman?')
  t.equal(choices.length, 4, 'the frame and three words')
})

t.test('the search keeps to the question, follows the seed and stays within its stated work', async (t) => {
  let asked = 0
  const similarities = async (texts: readonly string[]): Promise<number[]> => {
    asked += texts.length
    return texts.map((text) => (text.includes('Which') ? 0.4 : 0.9))
  }
  const genes = questionGenes(QUESTION)
  const found = await evolve(genes, similarities, 1)
  t.ok(asked <= EVOLVED_TEXTS)
  t.ok(found.length > 12, 'more than the single edits')
  t.equal(new Set(found.map(({ text }) => text)).size, found.length)
  t.ok(found.every(({ text, similarity }) => similarity >= LEAST_SIMILARITY && text !== QUESTION))
  t.same(await evolve(genes, similarities, 1), found)
  t.notSame(await evolve(genes, similarities, 2), found)
})

t.test('the search ends when no candidate is like the question', async (t) => {
  let calls = 0
  const unlike = async (texts: readonly string[]): Promise<number[]> => {
    calls++
    return texts.map(() => 0.1)
  }
  t.same(await evolve(questionGenes(QUESTION), unlike, 1), [])
  t.equal(calls, 1)
})

t.test('fixed frames need no model at all', async (t) => {
  const { engine, found } = gather('template', 4)
  const { probes, wanted } = await found
  t.equal(probes.length, 5)
  t.match(probes[0], { text: QUESTION, similarity: null })
  t.equal(wanted, 5)
  t.equal(engine.calls.length, 0)
})

t.test('evolved paraphrases are told with their similarity and follow the seed', async (t) => {
  const { engine, found } = gather('evolved', 9)
  const { probes } = await found
  t.equal(probes.length, 10)
  t.ok(probes.slice(1).every(({ similarity }) => similarity !== null && similarity >= LEAST_SIMILARITY))
  t.equal(engine.count('generate'), 0)
  t.same((await gather('evolved', 9).found).probes, probes)
  t.notSame((await gather('evolved', 9, { seed: 8 }).found).probes, probes)
})

t.test("the model's paraphrases are cleaned, made distinct and held to the question's meaning", async (t) => {
  const drafts = [
    'Question: Which city is the capital of Australia?',
    '"Which city is the capital of Australia?"',
    'zzz',
    QUESTION
  ]
  const { engine, found } = gather('model', 2, {}, { samples: drafts })
  const { probes, wanted } = await found
  t.same(
    probes.map(({ text }) => text),
    [QUESTION, 'Which city is the capital of Australia?']
  )
  t.equal(wanted, 3, 'one is missing')
  t.equal(engine.count('generate'), 1)
})

t.test('without a conversation, or without leave to ask the model, there are none', async (t) => {
  t.equal(await missing(gather('template', 4, { messages: null }).found), 'skipped needs_prompt')
  t.equal(await missing(gather('template', 4, { fill: 'never' }).found), 'skipped needs_model_call')
  const loading = gather('evolved', 4, {}, { states: { embedding: 'loading' } })
  t.equal(await missing(loading.found), 'failed embedding_unavailable')
})
