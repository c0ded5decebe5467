import t from 'tap'
import ccp from '../../scorers/ccp.js'
import type { Relation, Token, TokenAlternatives } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

function among(word: string, ...others: readonly (readonly [number, Relation])[]): TokenAlternatives {
  return {
    word,
    omitted: null,
    alternatives: others.map(([probability, relation]) => ({ text: 'y', logprob: Math.log(probability), relation }))
  }
}
const FUNCTION_WORD: TokenAlternatives = { word: 'the', omitted: 'function_word', alternatives: [] }
const NO_WORD: TokenAlternatives = { word: '', omitted: 'no_word', alternatives: [] }

const F3 = [token(0.6), token(0.7)]
const F3_ALTERNATIVES = [
  among('Can', [0.2, 'entailment'], [0.1, 'contradiction'], [0.1, 'neutral']),
  among('berra', [0.1, 'contradiction'], [0.1, 'contradiction'], [0.1, 'neutral'])
]
const score = (tokens: readonly Token[], alternatives: readonly TokenAlternatives[]): ReturnType<typeof run> =>
  run(ccp, { 'answer.logprobs': answer(tokens), 'answer.alternatives': alternatives })

t.test('fixture F3', async (t) => {
  const { value, detail } = score(F3, F3_ALTERNATIVES)
  near(t, value, 0.308642, 'uncertainty')
  near(t, detail?.ccp as number, 0.691358, 'CCP')
  near(t, detail?.log_ccp as number, -0.369097, 'ln CCP')
  near(t, (detail?.weakest as { ccp: number }).ccp, 0.777778, 'weakest')
  t.match(detail, { tokens: 2, function_words: 0, weakest: { word: 'berra', index: 1 } })
})

t.test('neutral alternatives and synonyms cost nothing', async (t) => {
  t.equal(score([token(0.01)], [among('x', [0.5, 'neutral'], [0.4, 'entailment'])]).value, 0)
})

t.test('function words, signs and the end do not enter', async (t) => {
  const tokens = [token(0.001), ...F3, token(0.001), end(0.001)]
  const { value, detail } = score(tokens, [FUNCTION_WORD, ...F3_ALTERNATIVES, NO_WORD, NO_WORD])
  near(t, value, 0.308642, 'uncertainty')
  t.match(detail, { tokens: 2, function_words: 1 })
})

t.test('an answer that states nothing is not called certain', async (t) => {
  t.equal(
    reasonOf(() => score([token(0.5)], [FUNCTION_WORD])),
    'no_claim_words'
  )
  t.equal(
    reasonOf(() => score([end(0.5)], [NO_WORD])),
    'empty_answer'
  )
})

t.test('a long doubtful answer keeps its logarithm where its product vanishes', async (t) => {
  const count = 200
  const { value, detail } = score(
    Array.from({ length: count }, () => token(0.001)),
    Array.from({ length: count }, () => among('x', [0.9, 'contradiction']))
  )
  t.equal(value, 1)
  near(t, detail?.log_ccp as number, count * Math.log(0.001 / 0.901), 'ln CCP', 1e-6)
})

t.test('the options are asked of the evidence', async (t) => {
  t.same(ccp.parameters?.({ compare: 'token', with_prefix: true, skip_function_words: false }), {
    'answer.alternatives': { unit: 'token', inContext: true, skipFunctionWords: false }
  })
})
