import t from 'tap'
import meanTokenEntropy from '../../scorers/mean_token_entropy.js'
import type { Token } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const exact = (entropy: number, more: Partial<Token> = {}): Token => token(0.5, { entropy, ...more })
const topThree = token(0.6, {
  alternatives: [0.6, 0.2, 0.1].map((p) => ({ text: 'y', logprob: Math.log(p) }))
})

t.test('fixture F2: mean over four steps, the end step included', async (t) => {
  const tokens = [exact(0.394398), exact(1.029653), exact(0.639032), end(0.95, { entropy: 0.232166 })]
  const { value, detail } = run(meanTokenEntropy, { 'answer.logprobs': answer(tokens) })
  near(t, value, 0.573812, 'mean')
  t.match(detail, { exact: true, tokens: 4, skipped: 0, eos_included: true })
})

t.test('fixture F2: from top-k alternatives the value is the tight lower bound, and says so', async (t) => {
  const { value, detail } = run(meanTokenEntropy, { 'answer.logprobs': answer([topThree]) })
  near(t, value, 1.0889, 'lower bound')
  near(t, detail?.renormalised as number, 0.848686, 'renormalised')
  t.match(detail, { exact: false, upper: null })
})

t.test('fixture F2: the size of the vocabulary adds the upper bound', async (t) => {
  const { value, detail } = run(meanTokenEntropy, { 'answer.logprobs': answer([topThree]) }, { vocabulary_size: 50 })
  near(t, value, 1.0889, 'lower bound')
  near(t, detail?.upper as number, 1.473915, 'upper bound')
})

t.test('an unknown position in ten is skipped, two are too many', async (t) => {
  const nine = Array.from({ length: 9 }, () => exact(1))
  const one = run(meanTokenEntropy, { 'answer.logprobs': answer([...nine, token(0.5)]) })
  t.match(one, { value: 1, detail: { skipped: 1 } })
  const evidence = { 'answer.logprobs': answer([...nine.slice(1), token(0.5), token(0.5)]) }
  t.equal(
    reasonOf(() => run(meanTokenEntropy, evidence)),
    'needs_top_logprobs'
  )
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => run(meanTokenEntropy, { 'answer.logprobs': answer([]) })),
    'empty_answer'
  )
})

t.test('averaged over sentences, a short one counts as much as a long one', async (t) => {
  const tokens = [
    ['Yes', 1],
    ['.', 1],
    [' It', 0],
    [' is', 0],
    [' so', 0],
    ['.', 0]
  ] as const
  const evidence = { 'answer.logprobs': answer(tokens.map(([text, entropy]) => token(1, { text, entropy }))) }
  t.equal(run(meanTokenEntropy, evidence, { average: 'sentences' }).value, 0.5)
})
