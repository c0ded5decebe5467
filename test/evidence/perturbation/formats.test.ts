import t from 'tap'
import type { GenerateRequest } from '../../../src/engine/engine.js'
import { Asker } from '../../../src/evidence/asker.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import { Missing } from '../../../src/evidence/missing.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import type { EvidenceParameters } from '../../../src/scorer.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { createScriptedEngine } from '../../fixtures/scripted-engine.js'

const refuse = () => Promise.reject(new Missing('skipped', 'not_here', 'not here'))
const messages: EvidenceInput['messages'] = [
  { role: 'system', content: 'You help.' },
  { role: 'user', content: 'Where is Perth?' },
  { role: 'assistant', content: 'In Australia.' },
  { role: 'user', content: 'Question: And its capital?' }
]

async function asked(parameters: EvidenceParameters = {}, changes: Partial<EvidenceInput> = {}) {
  const engine = createScriptedEngine({ write: ({ messages }) => messages.at(-1)!.content.slice(0, 4) })
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const evidence = new Evidence(evidenceInput({ messages, ...changes }), ask, { conformal: refuse, scores: refuse })
  const formats = await evidence.get('formats', parameters)
  const requests = engine.calls.flatMap((call) => (call.kind === 'generate' ? [call.request] : []))
  return { formats, requests: requests.filter(({ rows }) => rows.length === 1) }
}

const reasonOf = (gathered: Promise<unknown>): Promise<string> =>
  gathered.then(
    () => 'gathered',
    (error: unknown) => (error instanceof Missing ? error.reason : String(error))
  )
const shape = ({ messages }: GenerateRequest) => messages.map(({ role }) => role[0]).join('')

t.test('the question is asked greedily in four forms, without its own label', async (t) => {
  const { formats, requests } = await asked()
  t.same(
    formats.replies.map(({ text }) => text),
    ['Quiz', 'Comp', 'And ', 'And ']
  )
  t.equal(formats.question, 'And its capital?')
  t.ok(requests.every(({ rows }) => rows[0]!.temperature === 0))
})

t.test('earlier turns stay, under the instruction of the form', async (t) => {
  const { requests } = await asked()
  t.same(requests.map(shape), ['suau', 'uau', 'uau', 'suau'])
})

t.test('earlier turns go when the question stands alone', async (t) => {
  const { requests } = await asked({ formats: { history: 'drop' } })
  t.same(requests.map(shape), ['su', 'u', 'u', 'su'])
})

t.test('a form that is the conversation itself is left out: its reply would be the answer', async (t) => {
  const { formats } = await asked({}, { messages: [{ role: 'user', content: 'Where is Perth?' }] })
  t.same(
    formats.replies.map(({ text }) => text),
    ['Quiz', 'Comp', 'Wher']
  )
})

t.test('without leave to generate, or without a question, there is nothing', async (t) => {
  t.equal(await reasonOf(asked({}, { fill: 'never' })), 'needs_answer')
  t.equal(await reasonOf(asked({}, { messages: null })), 'needs_prompt')
})
