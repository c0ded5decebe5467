import t from 'tap'
import type { Test } from 'tap'
import type { ScoreTextRequest } from '../../../src/engine/engine.js'
import { Asker } from '../../../src/evidence/asker.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import type { Circumstances } from '../../../src/evidence/kind.js'
import { kindOf } from '../../../src/evidence/kinds.js'
import { Missing } from '../../../src/evidence/missing.js'
import { readOutput } from '../../../src/evidence/supplied-output.js'
import type { EvidenceKind } from '../../../src/scorer.js'
import { describedToken } from '../../fixtures/distributions.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { createScriptedEngine, type Script, type ScriptedEngine } from '../../fixtures/scripted-engine.js'

const { distribution } = describedToken([0.7, 0.2, 0.1], 0)
const BARE = readOutput('It is Canberra', '/answer')
const FOREIGN = readOutput({ text: 'a', logprobs: { content: [{ token: 'a', logprob: -0.7 }] } }, '/answer')
const CHANGED = readOutput({ text: 'b', logprobs: { content: [{ token: 'a', logprob: -0.7 }] } }, '/answer')

function setup(
  changes: Partial<EvidenceInput> = {},
  script: Script = {}
): { readonly engine: ScriptedEngine; readonly evidence: Evidence } {
  const engine = createScriptedEngine({ distribution, ...script })
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const none = () => Promise.reject(new Missing('skipped', 'needs_policy', 'no policy'))
  const input = evidenceInput({ distributions: true, rows: { greedy: true, samples: 0 }, ...changes })
  return { engine, evidence: new Evidence(input, ask, { conformal: none, scores: none }) }
}

async function missing(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'present',
    (error: unknown) => {
      if (!(error instanceof Missing)) throw error
      return `${error.status} ${error.reason}`
    }
  )
}

function scored({ calls }: ScriptedEngine): ScoreTextRequest[] {
  return calls.flatMap((call) => (call.kind === 'scoreText' ? [call.request] : []))
}

/** What a kind asks for by itself. */
function workOf(kind: EvidenceKind, changes: Partial<EvidenceInput>, fills = true): unknown {
  const supply = evidenceInput(changes)
  const asksModel = fills && supply.messages !== null
  const circumstances: Circumstances = { supply, asksModel, fills, sampleCount: 5, maxTokens: 10 }
  return kindOf(kind).work!(circumstances, {})
}

t.test(
  'a decoded answer brings its distributions along: one call for all kinds but the unconditional one',
  async (t) => {
    const { engine, evidence } = setup({}, { answer: 'It is Canberra' })
    const [answer, reading, topTwo] = await Promise.all([
      evidence.get('answer.distributions'),
      evidence.get('answer.reading'),
      evidence.get('answer.top_two')
    ])
    t.equal(answer.tokens.length, 4)
    t.same(answer.tokens[0]!.distribution, distribution)
    t.same(reading, { tokens: answer.tokens, prompted: true })
    t.equal(topTwo.tokens.length, 4)
    t.equal(engine.calls.length, 1)
  }
)

t.test('a bare answer is read once for its log-probabilities, its distributions and its provenance', async (t) => {
  const { engine, evidence } = setup({ answer: BARE })
  const kinds = ['answer.logprobs', 'answer.distributions', 'answer.reading'] as const
  await Promise.all(kinds.map((kind) => evidence.get(kind)))
  t.match(scored(engine), [{ text: 'It is Canberra', distributions: true }])
  t.equal(engine.calls.length, 1)
})

t.test('log-probabilities of another server hold no distributions, and no unconditional values', async (t) => {
  const { engine, evidence } = setup({ answer: FOREIGN })
  t.equal(await missing(evidence.get('answer.distributions')), 'skipped needs_full_distribution')
  t.equal(await missing(evidence.get('answer.unconditional')), 'skipped needs_same_model')
  t.equal((await evidence.get('answer.top_two')).tokens.length, 1)
  t.equal(engine.calls.length, 0)
})

t.test('the provenance of a text is read under the named model whatever another server said of it', async (t) => {
  for (const answer of [FOREIGN, CHANGED]) {
    const { engine, evidence } = setup({ answer })
    t.equal((await evidence.get('answer.reading')).prompted, true)
    t.match(scored(engine), [{ text: answer.generation.text, distributions: true, includeEnd: false }])
  }
})

t.test('a text without a conversation is read on its own', async (t) => {
  const { engine, evidence } = setup({ answer: BARE, messages: null })
  t.equal((await evidence.get('answer.reading')).prompted, false)
  t.equal(scored(engine)[0]!.messages, null)
})

t.test('without the language model nothing is read, and the reason says so', async (t) => {
  const { engine, evidence } = setup({ answer: BARE, fill: 'never' })
  t.equal(await missing(evidence.get('answer.reading')), 'skipped needs_model_call')
  t.equal(await missing(evidence.get('answer.distributions')), 'skipped needs_logprobs')
  t.equal(await missing(evidence.get('answer.unconditional')), 'skipped needs_logprobs')
  t.equal(engine.calls.length, 0)
})

t.test('an empty text cannot be read', async (t) => {
  const { evidence } = setup({ answer: readOutput('', '/answer'), messages: null })
  t.equal(await missing(evidence.get('answer.reading')), 'failed empty_answer')
})

t.test("the answer's own tokens are read without the conversation, the end token with them", async (t) => {
  for (const answer of [null, BARE]) {
    const { engine, evidence } = setup({ answer }, { answer: 'It is Canberra', logprob: -0.3 })
    const unconditional = await evidence.get('answer.unconditional')
    t.same(unconditional, [-0.3, -0.3, -0.3, -0.05])
    t.equal(unconditional.length, (await evidence.get('answer.logprobs')).tokens.length)
    t.match(scored(engine).at(-1), { messages: null, ids: [0, 1, 2, 999], includeEnd: false })
    t.equal(engine.calls.length, 2)
  }
})

t.test('a model that tells no distributions is skipped over, not taken for certain', async (t) => {
  const engine = createScriptedEngine()
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const none = () => Promise.reject(new Missing('skipped', 'needs_policy', 'no policy'))
  const evidence = new Evidence(evidenceInput({ distributions: true }), ask, { conformal: none, scores: none })
  t.equal(await missing(evidence.get('answer.distributions')), 'skipped needs_full_distribution')
})

const WORK: readonly (readonly [string, EvidenceKind, Partial<EvidenceInput>, unknown])[] = [
  ['a decoded answer', 'answer.distributions', {}, { distributions: true }],
  ['a bare answer', 'answer.distributions', { answer: BARE }, { distributions: true }],
  ['supplied log-probabilities', 'answer.distributions', { answer: FOREIGN }, {}],
  ['a decoded answer', 'answer.top_two', {}, { alternatives: 2 }],
  ['supplied log-probabilities', 'answer.top_two', { answer: FOREIGN }, {}],
  ['a decoded answer', 'answer.unconditional', {}, { promptChars: 40 }],
  ['a bare answer', 'answer.unconditional', { answer: BARE }, { promptChars: 14 }],
  ['supplied log-probabilities', 'answer.unconditional', { answer: FOREIGN }, {}],
  ['a decoded answer', 'answer.reading', {}, {}],
  ['supplied log-probabilities', 'answer.reading', { answer: FOREIGN }, { forcedTexts: ['a'], distributions: true }],
  ['a text alone', 'answer.reading', { answer: BARE, messages: null }, { forcedTexts: ['It is Canberra'] }]
]
for (const [what, kind, changes, expected] of WORK) {
  t.test(`${kind} of ${what} states its work before anything runs`, async (t: Test) => {
    t.match(workOf(kind, changes), expected as object)
    t.same(workOf(kind, changes, false), {}, 'and none where the model may not be asked')
  })
}
