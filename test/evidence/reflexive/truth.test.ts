import t from 'tap'
import { kindOf } from '../../../src/evidence/kinds.js'
import { Missing } from '../../../src/evidence/missing.js'
import { circumstances, optionRequests, reflexiveSetup, suppliedSamples } from '../../fixtures/reflexive-setup.js'

const BRAINSTORM = { p_true: { brainstorm: true } }

t.test('both orders of the options are read, and each mass goes to its option', async (t) => {
  const { engine, evidence } = reflexiveSetup({
    options: ({ messages }) => (messages[0]!.content.includes('(A) True') ? [0.7, 0.2] : [0.1, 0.6])
  })
  t.same(await evidence.get('p_true'), {
    readings: [
      { true: 0.7, false: 0.2 },
      { true: 0.6, false: 0.1 }
    ],
    ideas: null
  })
  const [first, second] = optionRequests(engine)
  t.match(first!.messages[0]!.content, /capital of Australia\?\nPossible answer: Canberra/u)
  t.match(second!.messages[0]!.content, /\(A\) False\n\(B\) True$/u)
  t.equal(engine.calls.length, 2)
})

t.test('brainstormed ideas are the different samples, most frequent first, in any order of the samples', async (t) => {
  const prompts = ['Perth|Sydney|Sydney.', 'Sydney.|Sydney|Perth'].map(async (texts) => {
    const samples = suppliedSamples(...texts.split('|'))
    const { engine, evidence } = reflexiveSetup({ options: () => [0.5, 0.5] }, { samples })
    t.equal((await evidence.get('p_true', BRAINSTORM)).ideas, 2)
    return optionRequests(engine)[0]!.messages[0]!.content
  })
  const [one, other] = await Promise.all(prompts)
  t.equal(one, other)
  t.match(one, /ideas:\n- Sydney\.?\n- Perth\nPossible answer/u)
})

t.test('at most ten ideas are shown, each cut to 400 characters', async (t) => {
  const samples = suppliedSamples(...Array.from({ length: 12 }, (_, i) => `${i}`.padStart(2, '0') + 'x'.repeat(900)))
  const { engine, evidence } = reflexiveSetup({ options: () => [0.5, 0.5] }, { samples })
  t.equal((await evidence.get('p_true', BRAINSTORM)).ideas, 10)
  const ideas = optionRequests(engine)[0]!
    .messages[0]!.content.split('\n')
    .filter((line) => line.startsWith('- '))
  t.same([ideas.length, ...new Set(ideas.map((idea) => idea.length))], [10, 2 + 400 + 1])
})

t.test('the model is not asked where it may not be, or has nothing to be asked about', async (t) => {
  const reasons = await Promise.all(
    [{ fill: 'never' as const }, { messages: null }].map(async (changes) => {
      const { engine, evidence } = reflexiveSetup({}, changes)
      const reason = await evidence.get('p_true').catch((error: unknown) => error instanceof Missing && error.reason)
      return [reason, engine.calls.length]
    })
  )
  t.same(reasons, [
    ['needs_model_call', 0],
    ['needs_prompt', 0]
  ])
})

t.test('the characters that are announced are at least those that are sent', async (t) => {
  const samples = suppliedSamples('Perth', 'Sydney', 'x'.repeat(900))
  for (const parameters of [{}, BRAINSTORM]) {
    const { engine, evidence } = reflexiveSetup({ options: () => [0.5, 0.5] }, { samples })
    await evidence.get('p_true', parameters)
    const sent = optionRequests(engine).reduce((sum, { messages }) => sum + messages[0]!.content.length, 0)
    t.ok((kindOf('p_true').work?.(circumstances({ samples }), parameters).promptChars ?? 0) >= sent)
  }
  t.same(kindOf('p_true').work?.({ ...circumstances(), asksModel: false }, {}), {})
})
