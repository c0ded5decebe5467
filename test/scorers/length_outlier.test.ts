import t from 'tap'
import lengthOutlier from '../../scorers/length_outlier.js'
import type { Generation } from '../../src/scorer.js'
import { reasonOf, run, sample, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F32 = [40, 52, 47, 120, 44, 50, 46, 39, 61, 48]
const ofLength = (tokens: number): Generation =>
  sample(
    'x',
    Array.from({ length: tokens }, () => 0.5)
  )
function score(answer: Generation, samples: readonly Generation[], options = {}): ReturnType<typeof run> {
  return run(lengthOutlier, { answer, samples }, options)
}
const codes = (answer: Generation): string[] =>
  (score(answer, [ofLength(1), ofLength(2)]).warnings ?? []).map(({ code }) => code)

t.test('fixture F32', async (t) => {
  const { value, detail } = score(ofLength(120), F32.map(ofLength))
  near(t, value, 0.412454, 'CV')
  near(t, detail?.mean as number, 54.7, 'mean')
  near(t, detail?.deviation as number, 22.56125, 'deviation')
  near(t, detail?.z as number, (120 - 54.7) / 22.56125, 'z')
  t.match(detail, { min: 39, max: 120, p50: 47.5, answer_length: 120, length_unit: 'tokens', samples: 10 })
})

t.test('percentiles lie between neighbours', async (t) => {
  const { value, detail } = score(ofLength(3), [1, 2, 3, 4, 5].map(ofLength), { statistic: 'iqr' })
  t.match(detail, { p25: 2, p50: 3, p75: 4 })
  near(t, detail?.p99 as number, 4.96, 'p99', 1e-12)
  near(t, value, 2 / 3, 'IQR over median', 1e-12)
})

t.test('equal lengths have no spread and no z', async (t) => {
  const { value, detail } = score(ofLength(9), [ofLength(5), ofLength(5)])
  t.equal(value, 0)
  t.equal(detail?.z, null)
})

t.test('words are counted where the tokens of a text are unknown, in any script', async (t) => {
  const { value, detail } = score(textSample('東京です'), ['one two three', 'five'].map(textSample))
  near(t, value, 0.5, '1/2', 1e-12)
  t.match(detail, { length_unit: 'words', answer_length: 2, min: 1, max: 3 })
})

t.test('samples that were cut or loop are set aside', async (t) => {
  const loop = textSample('and so on '.repeat(30))
  const cut: Generation = { ...textSample('a b c d e f'), finishReason: 'length' }
  const { value, detail } = score(textSample('one'), [textSample('one'), textSample('a b c'), loop, cut])
  near(t, value, 0.5, 'CV of 1 and 3', 1e-12)
  t.match(detail, { samples: 2, degenerate_samples: 2 })
})

t.test('an answer that was cut or loops is called runaway', async (t) => {
  t.same(codes(ofLength(2)), [])
  t.same(codes({ ...ofLength(2), finishReason: 'length' }), ['runaway'])
  t.same(codes({ ...ofLength(2), text: 'no no '.repeat(20) }), ['runaway'])
})

t.test('too few samples, too few that ended and empty ones leave it without a value', async (t) => {
  const cut: Generation = { ...textSample('a'), finishReason: 'length' }
  t.equal(
    reasonOf(() => score(ofLength(1), [ofLength(1)])),
    'needs_two_samples'
  )
  t.equal(
    reasonOf(() => score(textSample('a'), [textSample('a'), cut, cut])),
    'degenerate_samples'
  )
  t.equal(
    reasonOf(() => score(textSample('a'), [textSample(''), textSample(' ')])),
    'empty_samples'
  )
})
