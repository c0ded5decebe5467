import t from 'tap'
import renyiDivergence from '../../scorers/renyi_divergence.js'
import type { DescribedToken } from '../../src/scorer.js'
import { describedAnswer, describedToken } from '../fixtures/distributions.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F6 = [0.7, 0.2, 0.1]
const score = (tokens: readonly DescribedToken[], options = {}): ReturnType<typeof run> =>
  run(renyiDivergence, { 'answer.distributions': describedAnswer(tokens) }, options)

/** ln V − H_α of softmax(ln p / τ), by the definition. */
function direct(p: readonly number[], alpha: number, temperature: number): number {
  const raised = p.map((one) => one ** (1 / temperature))
  const total = raised.reduce((a, b) => a + b, 0)
  const powers = raised.reduce((sum, one) => sum + (one / total) ** alpha, 0)
  return Math.log(p.length) - Math.log(powers) / (1 - alpha)
}

t.test('fixture F6, with the sign of an uncertainty', async (t) => {
  near(t, score([describedToken(F6, 0)], { temperature: 1 }).value, -0.158478, 'temperature 1')
  near(t, score([describedToken(F6, 0)]).value, -0.04168, 'temperature 2, the default')
})

t.test('lm-polygraph prints the divergence without the sign and less 2 ln V', async (t) => {
  const { detail } = score([describedToken(F6, 0)], { temperature: 1 })
  near(t, (detail?.mean_divergence as number) - 2 * Math.log(3), -2.038746, 'as printed there')
})

t.test('every order and temperature is the definition', async (t) => {
  const p = [0.4, 0.3, 0.2, 0.06, 0.04]
  for (const alpha of [0.5, 1.5, 2, 3]) {
    for (const temperature of [1, 2]) {
      const { value } = score([describedToken(p, 2)], { alpha, temperature })
      near(t, value, -direct(p, alpha, temperature), `order ${alpha} at ${temperature}`)
    }
  }
})

t.test('a uniform distribution scores 0, the most uncertain, and a certain one −ln V', async (t) => {
  near(t, score([describedToken([0.25, 0.25, 0.25, 0.25], 0)]).value, 0, 'uniform')
  near(t, score([describedToken([1 - 3e-30, 1e-30, 1e-30, 1e-30], 0)]).value, -Math.log(4), 'certain')
})

t.test('positions count alike', async (t) => {
  const { value, detail } = score([describedToken(F6, 0), describedToken([0.5, 0.5], 1)], { temperature: 1 })
  near(t, value, -0.158478 / 2, 'mean')
  near(t, detail?.least_divergence as number, 0, 'least')
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score([])),
    'empty_answer'
  )
})
