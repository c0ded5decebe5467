import t from 'tap'
import { describePresets } from '../../src/scoring/preset-costs.js'
import { PRESETS, SAMPLING_DEFAULTS, type PresetName } from '../../src/scoring/presets.js'
import { scorers, setupScoring } from '../fixtures/scoring-setup.js'
import { CONTRADICTS } from '../fixtures/scripted-engine.js'

const presets = describePresets(scorers).data

t.test('presets are listed from free to dear', async (t) => {
  t.same(
    presets.map(({ name }) => name),
    Object.keys(PRESETS)
  )
  const tokens = presets.map(({ cost }) => cost.completion_tokens)
  t.same(
    tokens,
    tokens.toSorted((a, b) => a - b)
  )
  t.equal(tokens[0], 0)
  t.equal(tokens[1], SAMPLING_DEFAULTS.maxTokens)
  t.same(
    presets.filter((preset) => preset.is_default).map(({ name }) => name),
    ['balanced']
  )
})

for (const { name, cost } of presets.filter((preset) => preset.cost.generations > 0)) {
  t.test(`${name} asks no more of the models than it says`, async (t) => {
    const samples = Array.from({ length: 20 }, (_, i) => `city ${i}`)
    const script = { samples, reply: '80%', entails: () => CONTRADICTS, vector: () => [1, 0] }
    const { usage } = await setupScoring({ script }).score({ prompt: 'Where?', preset: name as PresetName })
    t.ok(usage.completion_tokens <= cost.completion_tokens, `${usage.completion_tokens} tokens`)
    t.ok(usage.entailment_pairs <= cost.entailment_pairs, `${usage.entailment_pairs} pairs`)
    t.ok(usage.embedded_texts <= cost.embedded_texts, `${usage.embedded_texts} texts`)
  })
}
