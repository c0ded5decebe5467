import t from 'tap'
import exactMatch from '../../scorers/exact_match.js'
import { reasonOf, run, textSample } from '../fixtures/evidence.js'

const score = (answer: string, samples: readonly string[], options = {}): ReturnType<typeof run> =>
  run(exactMatch, { answer: textSample(answer), samples: samples.map(textSample) }, options)

t.test('the share of samples that are not the answer', async (t) => {
  const { value, detail } = score('42', ['42', '41', '42', '42 '])
  t.equal(value, 0.5)
  t.same(detail, { equal: 2, samples: 4 })
  t.equal(score('42', ['42']).value, 0)
  t.equal(score('42', ['41', '']).value, 1)
})

t.test('spacing and a final full stop pass when asked for', async (t) => {
  t.equal(score('42', ['42', '41', '42.', '42 '], { normalize: true }).value, 0.25)
})

t.test('two empty texts are the same', async (t) => {
  t.equal(score('', ['']).value, 0)
})

t.test('without a sample there is nothing to compare', async (t) => {
  t.equal(
    reasonOf(() => score('42', [])),
    'needs_samples'
  )
})
