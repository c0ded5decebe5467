import t from 'tap'
import provenance from '../../scorers/provenance.js'
import type { DescribedToken } from '../../src/scorer.js'
import { describedToken } from '../fixtures/distributions.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'
import { Random } from '../fixtures/onnx/random.js'

const P = [0.7, 0.2, 0.1]
/** `counts` of each entry of {0.7, 0.2, 0.1}. */
const text = (...counts: number[]): DescribedToken[] =>
  counts.flatMap((count, entry) => Array.from({ length: count }, () => describedToken(P, entry)))
const score = (tokens: readonly DescribedToken[]): ReturnType<typeof run> =>
  run(provenance, { 'answer.reading': { tokens, prompted: true } })
const bet = (detail: unknown, lambda: number): number =>
  (detail as { bets: { lambda: number; log_e_value: number }[] }).bets.find((one) => one.lambda === lambda)!.log_e_value

/** The sheet prints 0.042806 for the second p-value; in full precision it is 0.0428072. */
const F29 = [
  { counts: [14, 4, 2], meanNll: 0.801819, statistic: 0, z: 0, p: 1 },
  { counts: [8, 6, 6], meanNll: 1.316277, statistic: 0.514458, z: 3.272139, p: 0.042807 },
  { counts: [0, 0, 20], meanNll: 2.302585, statistic: 1.500767, z: 9.545412, p: 2.56e-8 },
  { counts: [20, 0, 0], meanNll: 0.356675, statistic: -0.445144, z: -2.831273, p: 0.00628 }
]
for (const { counts, meanNll, statistic, z, p } of F29) {
  t.test(`fixture F29: ${String(counts)} of 0.7, 0.2 and 0.1`, async (t) => {
    const { value, detail } = score(text(...counts))
    near(t, value, p, 'p-value', p < 1e-6 ? 1e-10 : 1e-6)
    near(t, detail?.mean_entropy as number, 0.801819, 'entropy')
    near(t, detail?.mean_nll as number, meanNll, 'log-perplexity')
    near(t, detail?.statistic as number, statistic, 'S')
    near(t, detail?.z as number, z, 'Z')
  })
}

t.test('fixture F29: single bets', async (t) => {
  near(t, Math.exp(-bet(score(text(8, 6, 6)).detail, 0.5)), 0.02325, '1/E at one half')
  near(t, Math.exp(-bet(score(text(0, 0, 20)).detail, 0.5)), 1.2105e-6, '1/E at one half', 1e-10)
  near(t, Math.exp(-bet(score(text(20, 0, 0)).detail, -1)), 0.005571, '1/E at minus one')
})

t.test('the z-test is two-sided', async (t) => {
  near(t, score(text(14, 4, 2)).detail?.z_p_value as number, 1, 'no deviation', 1e-5)
  near(t, score(text(8, 6, 6)).detail?.z_p_value as number, 0.00106736, '3.272139 standard deviations', 1e-7)
})

t.test('a text is told apart exactly beyond the statistics that the detail names', async (t) => {
  const { detail } = score(text(14, 4, 2))
  const { statistic_below: below, statistic_above: above } = detail?.detectable as Record<string, number>
  const shifted = (by: number): number => {
    const factor = 1 + by / (detail?.mean_entropy as number)
    return score(text(14, 4, 2).map((one) => ({ ...one, logprob: one.logprob * factor }))).value
  }
  near(t, shifted(above!), 0.05, 'above', 1e-4)
  t.ok(shifted(above! + 0.01) < 0.05 && shifted(above! - 0.01) > 0.05)
  near(t, shifted(below!), 0.05, 'below', 1e-4)
  t.ok(shifted(below! - 0.01) < 0.05 && shifted(below! + 0.01) > 0.05)
})

t.test('nothing can be too predictable for a model that is nearly certain everywhere', async (t) => {
  const { detail } = score(Array.from({ length: 20 }, () => describedToken([0.999, 0.001], 0)))
  t.equal((detail?.detectable as Record<string, unknown>).statistic_below, null)
})

t.test('greedy text is rejected with a warning that the model may have written it nevertheless', async (t) => {
  const { warnings, detail } = score(text(20, 0, 0))
  t.match(warnings, [{ code: 'too_predictable', message: /greedy/u }])
  t.equal(detail?.most_probable_share, 1)
  t.same(score(text(8, 6, 6)).warnings, [], 'a text that is too surprising is no such case')
  t.same(score(text(14, 4, 2)).warnings, [])
})

t.test("the model's own text is rejected at most as often as the level says", async (t) => {
  const random = new Random(23)
  const uniform = (): number => {
    const [a, b] = random.normals(2, 1)
    return 0.5 + Math.atan2(a!, b!) / (2 * Math.PI)
  }
  const drawn = (): number => {
    const u = uniform()
    return u < 0.7 ? 0 : u < 0.9 ? 1 : 2
  }
  const entries = P.map((_, entry) => describedToken(P, entry))
  const texts = Array.from({ length: 1000 }, () => Array.from({ length: 30 }, () => entries[drawn()]!))
  const rejected = texts.filter((tokens) => score(tokens).value <= 0.05).length
  t.ok(rejected <= 50, `${rejected} of 1000`)
})

t.test('the end token is no part of the text', async (t) => {
  const ended = [...text(14, 4, 2), describedToken(P, 2, { end: true, text: '' })]
  t.equal(score(ended).detail?.tokens, 20)
})

t.test('a text of fewer than 20 tokens tells nothing', async (t) => {
  t.equal(
    reasonOf(() => score(text(13, 4, 2))),
    'too_short'
  )
})

t.test('a model that leaves nothing to chance has no z-score', async (t) => {
  const { value, detail } = score(Array.from({ length: 20 }, () => describedToken([1], 0)))
  t.equal(value, 1)
  t.equal(detail?.z, null)
})
