import t from 'tap'
import { kindOf } from '../../../src/evidence/kinds.js'
import type { EvidenceParameters, VerbalizedStyle } from '../../../src/scorer.js'
import { circumstances, generated, reflexiveSetup } from '../../fixtures/reflexive-setup.js'

const asking = (style: VerbalizedStyle, replies: number): EvidenceParameters => ({ verbalized: { style, replies } })
const isSecondTry = (messages: readonly unknown[]): boolean => messages.length === 3

t.test('a reply without a number gets one second try, in the same conversation and for the number only', async (t) => {
  const { engine, evidence } = reflexiveSetup({ reply: (messages) => (isSecondTry(messages) ? '70' : 'fairly sure') })
  const { replies } = await evidence.get('verbalized')
  t.same(replies, [{ text: '70', guesses: [{ answer: 'Canberra', confidence: 0.7 }] }])
  const [first, second] = generated(engine)
  t.equal(generated(engine).length, 2)
  t.same(second!.messages.slice(0, 2), [first!.messages[0], { role: 'assistant', content: 'fairly sure' }])
  t.match(second!.messages[2]!.content, /number only/u)
})

t.test('a second try that states nothing either leaves the reply as it was', async (t) => {
  const { engine, evidence } = reflexiveSetup({ reply: () => 'fairly sure' })
  t.same((await evidence.get('verbalized')).replies, [{ text: 'fairly sure', guesses: [] }])
  t.equal(generated(engine).length, 2)
})

t.test('a reply that can be read is not asked for again', async (t) => {
  const { engine, evidence } = reflexiveSetup({ reply: () => 'Answer: Sydney\nConfidence: 80%' })
  const { replies } = await evidence.get('verbalized', asking('vanilla', 1))
  t.same(replies[0]!.guesses, [{ answer: 'Sydney', confidence: 0.8 }])
  t.equal(generated(engine).length, 1)
})

t.test('a labelled answer takes its number from the second try, and without one there is none', async (t) => {
  const given = reflexiveSetup({ reply: (messages) => (isSecondTry(messages) ? '60%' : 'Answer: Sydney') })
  const { replies } = await given.evidence.get('verbalized', asking('cot', 1))
  t.same(replies[0]!.guesses, [{ answer: 'Sydney', confidence: 0.6 }])
  const bare = reflexiveSetup({ reply: () => 'Sydney' })
  t.same((await bare.evidence.get('verbalized', asking('cot', 1))).replies[0]!.guesses, [])
  t.equal(generated(bare.engine).length, 1)
})

t.test('several replies are rows of one call at temperature .7, and what cannot be read stays', async (t) => {
  const { engine, evidence } = reflexiveSetup({
    reply: (_, row) => (row === 1 ? 'hm' : `Answer: a${row}\nConfidence: 50%`)
  })
  const { replies } = await evidence.get('verbalized', asking('vanilla', 3))
  t.same(
    replies.map(({ guesses }) => guesses.map((guess) => guess.answer)),
    [['a0'], [], ['a2']]
  )
  t.same(
    generated(engine).map((request) => request.rows.map((row) => row.temperature)),
    [[0.7, 0.7, 0.7]]
  )
})

t.test('styles that answer anew are not shown the answer under test; the others are', async (t) => {
  for (const style of ['vanilla', 'cot', 'top_k', 'multi_step', 'two_stage', 'linguistic'] as const) {
    const { engine, evidence } = reflexiveSetup({ reply: () => '80%' })
    await evidence.get('verbalized', asking(style, 2))
    const shown = generated(engine)[0]!.messages[0]!.content.includes('Canberra')
    t.equal(shown, style === 'two_stage' || style === 'linguistic', style)
  }
})

t.test('no reply asked for is no call', async (t) => {
  const { engine, evidence } = reflexiveSetup()
  t.same((await evidence.get('verbalized', asking('two_stage', 0))).replies, [])
  t.equal(engine.calls.length, 0)
})

t.test('the work counts every reply and the second try, and is nothing where nothing is asked', async (t) => {
  const { work } = kindOf('verbalized')
  t.equal(work?.(circumstances(), {}).completionTokens, 24 + 24)
  t.equal(work?.(circumstances(), asking('vanilla', 5)).completionTokens, 5 * 48)
  t.equal(work?.(circumstances(), asking('top_k', 1)).completionTokens, 128)
  t.same(work?.(circumstances(), asking('vanilla', 0)), {})
  t.same(work?.(circumstances({ confidence: 0.4 }), {}), {})
  t.same(work?.({ ...circumstances(), asksModel: false }, {}), {})
})

t.test('the characters that are announced are at least those that are sent', async (t) => {
  for (const style of ['vanilla', 'cot', 'top_k', 'multi_step', 'two_stage', 'linguistic'] as const) {
    const { engine, evidence } = reflexiveSetup({ reply: () => 'Answer: x' })
    await evidence.get('verbalized', asking(style, 1))
    const sent = generated(engine).flatMap(({ messages }) => messages.map(({ content }) => content.length))
    const { promptChars = 0 } = kindOf('verbalized').work?.(circumstances(), asking(style, 1)) ?? {}
    t.ok(promptChars >= sent.reduce((a, b) => a + b, 0), style)
  }
})
