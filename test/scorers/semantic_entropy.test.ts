import t from 'tap'
import semanticEntropy from '../../scorers/semantic_entropy.js'
import type { Clusters, Generation } from '../../src/scorer.js'
import { clusters, F9_CLUSTERS, F9_SAMPLES, reasonOf, run, sample, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

function score(samples: readonly Generation[], by: Clusters, options = {}): ReturnType<typeof run> {
  return run(semanticEntropy, { samples, clusters: by }, options)
}
const f10 = (options = {}): ReturnType<typeof run> => score(F9_SAMPLES, F9_CLUSTERS, options)

t.test('fixture F10: every variant that is offered, on mean log-probabilities', async (t) => {
  near(t, f10().value, 0.775279, 'rao')
  near(t, f10({ variant: 'discrete' }).value, 0.950271, 'discrete')
  near(t, f10({ variant: 'kuhn' }).value, 0.33215, 'kuhn')
})

t.test('fixture F10: the same on summed log-probabilities', async (t) => {
  near(t, f10({ likelihood: 'sum' }).value, 0.483316, 'rao')
  near(t, f10({ likelihood: 'sum', variant: 'kuhn' }).value, 1.239093, 'kuhn')
  near(t, f10({ likelihood: 'sum', dedupe: true }).value, 0.628488, 'rao over distinct texts')
})

t.test('fixture F10: scaled by the most that five samples can show, as UQLM does', async (t) => {
  const scaled = f10({ variant: 'discrete', scaled: true })
  near(t, scaled.value, 0.590436, 'discrete')
  t.same(scaled.range, [0, 1])
  t.match(scaled.detail, { nats: f10({ variant: 'discrete' }).value, scaled: scaled.value })
  t.same(f10({ variant: 'kuhn', scaled: true }).range, [null, null])
})

t.test('an estimate that may be negative says that it has no bounds', async (t) => {
  t.same(f10({ variant: 'sample_mean' }).range, [null, null])
  t.ok(f10({ variant: 'sample_mean' }).value < 0)
  t.equal(f10().range, undefined)
})

t.test('clusters are described with the largest share first', async (t) => {
  const { detail } = f10()
  const described = detail?.clusters as readonly { size: number; share: number; mass: number; text: string }[]
  t.same(
    described.map(({ size, text }) => ({ size, text })),
    [
      { size: 3, text: 'a' },
      { size: 1, text: 'b' },
      { size: 1, text: 'd' }
    ]
  )
  near(t, described[0]!.share, 0.72164, 'share')
  near(t, described[0]!.mass, 2 * Math.sqrt(0.6) + Math.sqrt(0.42), 'mass', 1e-12)
})

t.test('the detail tells how much of the answers was seen', async (t) => {
  const { detail } = f10()
  near(t, detail?.coverage as number, 0.6, 'coverage')
  near(t, detail?.miller_madow as number, 1.150271, 'Miller–Madow')
  t.match(detail, { variant: 'rao', likelihood: 'mean', rule: 'loose', samples: 5 })
})

t.test('samples without log-probabilities are weighted by count, and the change is flagged', async (t) => {
  const samples = [textSample('a'), ...F9_SAMPLES.slice(1)]
  const { value, detail, warnings } = score(samples, F9_CLUSTERS)
  near(t, value, 0.950271, 'discrete')
  t.match(detail, { variant: 'discrete', likelihood: null })
  t.match(warnings, [{ code: 'discrete_fallback' }])
})

t.test('the discrete variant, asked for, is no fallback', async (t) => {
  t.same(score([textSample('a'), textSample('b')], clusters([0, 1]), { variant: 'discrete' }).warnings, [])
})

t.test('agreement is 0, full disagreement of equals is ln N', async (t) => {
  const samples = ['a', 'b', 'c'].map((text) => sample(text, [0.5]))
  t.ok(Object.is(score(samples, clusters([0, 0, 0])).value, 0))
  near(t, score(samples, clusters([0, 1, 2])).value, Math.log(3), 'ln 3', 1e-12)
})

t.test('one sample and none say nothing', async (t) => {
  t.equal(
    reasonOf(() => score([sample('a', [0.5])], clusters([0]))),
    'needs_two_samples'
  )
  t.equal(
    reasonOf(() => score([], clusters([]))),
    'needs_two_samples'
  )
})

t.test('the rule and the answer as a sample are asked of the evidence', async (t) => {
  t.same(semanticEntropy.parameters?.({ rule: 'strict', include_answer: false }), { clusters: { rule: 'strict' } })
  t.same(semanticEntropy.parameters?.({ rule: 'loose', include_answer: true }), {
    clusters: { rule: 'loose' },
    samples: { includeAnswer: true }
  })
})

t.test('an answer that was to be included and is not makes no value', async (t) => {
  t.equal(
    reasonOf(() => f10({ include_answer: true })),
    'answer_not_included'
  )
  const included = { ...F9_CLUSTERS, answerIncluded: true }
  near(t, score(F9_SAMPLES, included, { include_answer: true }).value, 0.775279, 'value')
})

t.test('log-probabilities that are all exactly 0 are flagged', async (t) => {
  const samples = [sample('a', [1]), sample('b', [1])]
  t.match(score(samples, clusters([0, 1])).warnings, [{ code: 'degenerate_logprobs' }])
})
