import t from 'tap'
import { Asker } from '../../../src/evidence/asker.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import type { Circumstances } from '../../../src/evidence/kind.js'
import { KINDS } from '../../../src/evidence/kinds.js'
import { Missing } from '../../../src/evidence/missing.js'
import { readOutput } from '../../../src/evidence/supplied-output.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { createScriptedEngine, type Script } from '../../fixtures/scripted-engine.js'

const CITIES = ['Canberra', 'Sydney', 'Perth']

function setup(changes: Partial<EvidenceInput> = {}, script: Script = {}) {
  const engine = createScriptedEngine({ options: ({ options }) => options.map(() => 0.2), ...script })
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const none = (): Promise<never> => Promise.reject(new Missing('skipped', 'none', 'none'))
  const evidence = new Evidence(evidenceInput({ choices: CITIES, ...changes }), ask, { conformal: none, scores: none })
  const readings = () => engine.calls.flatMap((call) => (call.kind === 'options' ? [call.request] : []))
  return { engine, evidence, readings }
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

t.test('the last user message gets the labelled options, and labels are read with and without a space', async (t) => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'Which is the capital?\n' }
  ] as const
  const { evidence, readings } = setup({ messages })
  await evidence.get('options', { options: { debias: 'none' } })
  t.same(readings(), [
    {
      model: 'scripted-language',
      messages: [
        ...messages.slice(0, 3),
        {
          role: 'user',
          content:
            'Which is the capital?\n\nOptions:\n(A) Canberra\n(B) Sydney\n(C) Perth\n\n' +
            'Which option is right? Reply with its letter.'
        }
      ],
      prefill: 'Answer: (',
      options: [
        ['A', ' A'],
        ['B', ' B'],
        ['C', ' C']
      ]
    }
  ])
})

t.test('every rotation is a reading of its own, and masses stay with their labels', async (t) => {
  const { evidence, readings } = setup({}, { options: () => [0.5, 0.3, 0.1] })
  const { orders, answer } = await evidence.get('options')
  t.equal(readings().length, 3)
  t.same(orders, [
    { order: [0, 1, 2], masses: [0.5, 0.3, 0.1] },
    { order: [1, 2, 0], masses: [0.5, 0.3, 0.1] },
    { order: [2, 0, 1], masses: [0.5, 0.3, 0.1] }
  ])
  t.match(readings()[1]!.messages[0]!.content, '(A) Sydney\n(B) Perth\n(C) Canberra')
  t.equal(answer, null)
})

t.test('all orders are read for four options and refused for five', async (t) => {
  const all = { options: { debias: 'all' } } as const
  const four = setup({ choices: ['a', 'b', 'c', 'd'] })
  await four.evidence.get('options', all)
  t.equal(four.readings().length, 24)
  const five = setup({ choices: ['a', 'b', 'c', 'd', 'e'] })
  t.equal(await missing(five.evidence.get('options', all)), 'failed too_many_orders')
  t.equal(five.readings().length, 0)
})

t.test('twenty-six options are eight readings', async (t) => {
  const { evidence, readings } = setup({ choices: Array.from({ length: 26 }, (_, i) => `option ${i}`) })
  await evidence.get('options')
  t.equal(readings().length, 8)
  t.same(readings()[0]!.options.at(-1), ['Z', ' Z'])
})

t.test('the supplied answer comes along, and no answer is generated for options', async (t) => {
  const { engine, evidence } = setup({ answer: readOutput('Sydney', '/answer') })
  t.equal((await evidence.get('options')).answer, 'Sydney')
  t.equal(engine.count('generate'), 0)
})

t.test('without options, model or question there is nothing to read', async (t) => {
  for (const kind of ['options', 'options.reasoned', 'risk'] as const) {
    t.equal(await missing(setup({ choices: null }).evidence.get(kind)), 'skipped needs_choices')
    t.equal(await missing(setup({ fill: 'never' }).evidence.get(kind)), 'skipped needs_model_call')
    t.equal(await missing(setup({ messages: null }).evidence.get(kind)), 'skipped needs_prompt')
    const mute = setup({ messages: [{ role: 'system', content: 'Be brief.' }] })
    t.equal(await missing(mute.evidence.get(kind)), 'skipped needs_prompt')
  }
})

t.test('labels are read behind each reasoning, in the order of the rows', async (t) => {
  const script = { samples: ['First.', ' Second. '], options: () => [0.6, 0.2, 0.1], reversed: true }
  const { engine, evidence, readings } = setup({}, script)
  const reasoned = await evidence.get('options.reasoned', { 'options.reasoned': { count: 2 } })
  t.same(
    reasoned.readings.map(({ reasoning }) => reasoning),
    ['First.', 'Second.']
  )
  t.equal(engine.count('generate'), 1)
  const [call] = engine.calls
  t.match(call, { request: { maxTokens: 96, stop: ['Answer:'], rows: [{ temperature: 0.7 }, { temperature: 0.7 }] } })
  t.same(
    readings().map(({ prefill }) => prefill),
    ['First.\n\nAnswer: (', 'Second.\n\nAnswer: (']
  )
})

t.test('a model that has nothing to reason is read right after the question', async (t) => {
  const { evidence, readings } = setup({}, { samples: [''] })
  await evidence.get('options.reasoned', { 'options.reasoned': { count: 1 } })
  t.equal(readings()[0]!.prefill, 'Answer: (')
})

t.test('a number needs no options: its first digit is read once, its second after each of ten', async (t) => {
  const options: Script['options'] = ({ prefill }) =>
    Array.from('0123456789', (digit) => (prefill === 'Answer: 0.' ? Number(digit === '7') : 0.05))
  const { evidence, readings } = setup({ choices: null }, { options })
  const risk = await evidence.get('risk', { risk: { form: 'numeric' } })
  t.equal(readings().length, 11)
  t.ok(readings().some(({ prefill }) => prefill === 'Answer: 0.7'))
  t.same(risk.form === 'numeric' && risk.digits.masses[7], Array(10).fill(0.05))
  t.same(risk.form === 'numeric' && risk.digits.masses[3], Array(10).fill(0))
})

t.test('risk shares the readings of the options', async (t) => {
  const { evidence, readings } = setup()
  await Promise.all([evidence.get('options'), evidence.get('risk')])
  t.equal(readings().length, 3)
})

function circumstances(changes: Partial<EvidenceInput> = {}): Circumstances {
  const supply = evidenceInput({ choices: CITIES, ...changes })
  const asksModel = supply.fill === 'auto' && supply.messages !== null
  return { supply, asksModel, fills: supply.fill === 'auto', sampleCount: 10, maxTokens: 64 }
}

t.test('work counts every prompt that is read', async (t) => {
  const { evidence, readings } = setup()
  await evidence.get('options')
  const chars = readings().reduce(
    (sum, { messages, prefill }) =>
      sum + prefill.length + messages.reduce((all, { content }) => all + content.length, 0),
    0
  )
  const told = KINDS.options.work?.(circumstances(), {}).promptChars ?? 0
  t.ok(Math.abs(told - chars) <= 3 * 2, `${told} of ${chars}, but for the blank line before the options`)
  t.equal(KINDS['options.reasoned'].work?.(circumstances(), {}).completionTokens, 3 * 96)
  t.same(KINDS.risk.work?.(circumstances(), {}), {})
})

t.test('what cannot be asked is no work', async (t) => {
  const all = { options: { debias: 'all' } } as const
  t.same(KINDS.options.work?.(circumstances({ choices: null }), {}), {})
  t.same(KINDS.options.work?.(circumstances({ fill: 'never' }), {}), {})
  t.same(KINDS.options.work?.(circumstances({ choices: ['a', 'b', 'c', 'd', 'e'] }), all), { promptChars: 0 })
  t.same(KINDS['options.reasoned'].work?.(circumstances({ messages: null }), {}), {})
  t.same(KINDS.risk.work?.(circumstances({ fill: 'never' }), { risk: { form: 'numeric' } }), {})
})
