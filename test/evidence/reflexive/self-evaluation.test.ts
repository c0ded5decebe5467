import t from 'tap'
import { kindOf } from '../../../src/evidence/kinds.js'
import { circumstances, optionRequests, reflexiveSetup, suppliedSamples } from '../../fixtures/reflexive-setup.js'

const WITH_ANSWER = { samples: { includeAnswer: true } }
/** Mass by place: the first letter draws most. */
const biased = ({ options }: { readonly options: readonly unknown[] }): number[] => options.map((_, i) => 0.5 / (i + 1))

t.test('every answer stands once at every letter, and masses are told in the order of the options', async (t) => {
  const samples = suppliedSamples('Sydney', 'Sydney', 'Perth')
  const { engine, evidence } = reflexiveSetup({ options: biased }, { samples })
  const { options, readings, leftOut } = await evidence.get('self_evaluation', WITH_ANSWER)
  t.same(
    options.map(({ text, holdsAnswer }) => [text, holdsAnswer]),
    [
      ['Sydney', false],
      ['Canberra', true],
      ['Perth', false]
    ]
  )
  const means = options.map((_, option) => readings.reduce((sum, reading) => sum + reading[option]!, 0))
  t.equal(new Set(means.map((mean) => mean.toFixed(12))).size, 1)
  t.equal(leftOut, 0)
  t.same(
    optionRequests(engine).map(({ messages }) => messages[0]!.content.match(/\(A\) (.*)/u)?.[1]),
    ['Sydney', 'Canberra', 'Perth']
  )
})

t.test('samples that say what the answer says leave nothing to ask', async (t) => {
  const { engine, evidence } = reflexiveSetup({}, { samples: suppliedSamples('Canberra', 'Canberra.') })
  const { options, readings, samples } = await evidence.get('self_evaluation', WITH_ANSWER)
  t.same(options, [{ text: 'Canberra', share: 1, holdsAnswer: true }])
  t.same(readings, [])
  t.equal(samples, 2)
  t.equal(engine.calls.length, 0)
})

t.test('eight answers are shown at most, the one under test among them', async (t) => {
  const samples = suppliedSamples(...Array.from({ length: 11 }, (_, i) => `city${i}`))
  const { engine, evidence } = reflexiveSetup({ options: biased }, { samples })
  const { options, leftOut } = await evidence.get('self_evaluation', WITH_ANSWER)
  t.equal(options.length, 8)
  t.equal(leftOut, 4)
  t.equal(options.filter(({ holdsAnswer }) => holdsAnswer).length, 1)
  t.equal(optionRequests(engine).length, 8)
})

t.test('the characters that are announced are at least those that are sent', async (t) => {
  const samples = suppliedSamples('Perth', 'x'.repeat(900))
  const { engine, evidence } = reflexiveSetup({ options: biased }, { samples })
  await evidence.get('self_evaluation', WITH_ANSWER)
  const sent = optionRequests(engine).reduce((sum, { messages }) => sum + messages[0]!.content.length, 0)
  t.ok((kindOf('self_evaluation').work?.(circumstances({ samples }), WITH_ANSWER).promptChars ?? 0) >= sent)
})
