import t from 'tap'
import type { ScoreResult } from '../../src/schemas/score-result.js'
import { setupScoring, scorers } from '../fixtures/scoring-setup.js'
import { appliesToParts } from '../../src/scoring/levels.js'

const answerOf = (
  text: string,
  pieces: readonly (readonly [string, number])[],
  finish: 'stop' | 'length' = 'stop'
) => ({
  text,
  finish_reason: finish,
  decoding: { temperature: 0, basis: 'pre_sampling' as const },
  logprobs: { content: pieces.map(([token, logprob]) => ({ token, logprob })) }
})
const SENTENCES = answerOf('It is big. It is in Paris.', [
  ['It', -0.1],
  [' is', -0.2],
  [' big', -0.4],
  ['.', -0.1],
  [' It', -0.3],
  [' is', -0.1],
  [' in', -0.2],
  [' Paris', -2],
  ['.', -0.1],
  ['<|im_end|>', -5]
])
const shown = (result: ScoreResult, scorer: string) =>
  result.parts?.map(({ text, start, end, scores }) => [text, start, end, Number(scores[scorer]?.value?.toFixed(6))])

t.test('a sentence is scored by its own tokens, without the end token', async (t) => {
  const { engine, score } = setupScoring()
  const request = { answer: SENTENCES, fill: 'never' as const, scorers: ['g_nll', 'min_token_probability'] }
  const result = await score({ ...request, levels: ['sentence'] })
  t.same(shown(result, 'g_nll'), [
    ['It is big.', 0, 10, 0.8],
    ['It is in Paris.', 11, 26, 2.7]
  ])
  t.same(
    result.parts?.map(({ scores }) => scores.min_token_probability?.value),
    [Math.exp(-0.4), Math.exp(-2)]
  )
  t.match(result.scores.g_nll, { value: 8.5 })
  t.equal(engine.calls.length, 0)
  t.notOk('parts' in (await score(request)))
})

t.test('spans are scored where a claim stands', async (t) => {
  const { score } = setupScoring()
  const result = await score({ answer: SENTENCES, fill: 'never', scorers: ['g_nll'], levels: ['span'] })
  t.same(shown(result, 'g_nll'), [
    ['big', 6, 9, 0.4],
    ['Paris', 20, 25, 2]
  ])
})

t.test('a field is scored by the tokens of its value, with its pointer', async (t) => {
  const { score } = setupScoring()
  const answer = answerOf('{"city": "Canberra", "n": 3}', [
    ['{"', -0.1],
    ['city', -0.1],
    ['": "', -0.1],
    ['Can', -0.5],
    ['berra', -0.25],
    ['", "', -0.1],
    ['n', -0.1],
    ['":', -0.1],
    [' 3', -1],
    ['}', -0.1]
  ])
  const result = await score({ answer, fill: 'never', scorers: ['g_nll'], levels: ['field'] })
  t.same(
    result.parts?.map(({ level, path }) => [level, path]),
    [
      ['field', '/city'],
      ['field', '/n']
    ]
  )
  t.same(shown(result, 'g_nll'), [
    ['Canberra', 10, 18, 0.75],
    ['3', 26, 27, 1]
  ])
})

t.test('a token that reaches over an edge counts on both sides', async (t) => {
  const { score } = setupScoring()
  const answer = answerOf('Yes. No.', [
    ['Ye', -1],
    ['s. N', -0.5],
    ['o.', -0.25]
  ])
  const result = await score({ answer, fill: 'never', scorers: ['g_nll'], levels: ['sentence'] })
  t.same(shown(result, 'g_nll'), [
    ['Yes.', 0, 4, 1.5],
    ['No.', 5, 8, 0.75]
  ])
})

t.test('an answer that Qualm writes is scored in parts without another call', async (t) => {
  const { engine, score } = setupScoring({ script: { answer: 'It is here. It is there.' } })
  const result = await score({ prompt: 'Where?', scorers: ['g_nll', 'mean_token_entropy'], levels: ['sentence'] })
  t.equal(result.parts?.length, 2)
  t.match(result.parts?.[1]?.scores, { g_nll: { status: 'ok' }, mean_token_entropy: { status: 'ok', value: 0.5 } })
  t.equal(engine.calls.length, 1)
})

t.test('a part for which there is no value says why', async (t) => {
  const { score } = setupScoring()
  const request = { answer: 'It is. It was.', fill: 'never' as const, samples: ['a', 'b'] }
  const result = await score({ ...request, scorers: ['g_nll', 'lexical_similarity'], levels: ['sentence'] })
  t.match(result.parts?.[0]?.scores, { g_nll: { status: 'skipped', value: null, reason: 'needs_logprobs' } })
  t.notOk('lexical_similarity' in result.parts![0]!.scores, 'it compares whole texts')
})

t.test('what cannot be done is told', async (t) => {
  const { score } = setupScoring()
  const codes = async (scorer: string, level: 'field' | 'sentence') =>
    (
      await score({ answer: SENTENCES, samples: ['a', 'b'], fill: 'never', scorers: [scorer], levels: [level] })
    ).warnings.map(({ code }) => code)
  t.ok((await codes('g_nll', 'field')).includes('answer_not_json'))
  t.ok((await codes('lexical_similarity', 'sentence')).includes('levels_without_scorer'))
})

t.test('levels change no score of the whole answer', async (t) => {
  const { score } = setupScoring({ script: { samples: ['a', 'b'] } })
  const request = { prompt: 'Where?', scorers: ['g_nll', 'lexical_similarity'] }
  const levels = ['sentence', 'span', 'field'] as const
  t.same((await score({ ...request, levels: [...levels] })).scores, (await score(request)).scores)
})

t.test('scorers of tokens apply to parts, scorers of samples do not', async (t) => {
  const applies = (name: string) => appliesToParts({ scorer: scorers.get(name)! })
  for (const name of ['g_nll', 'perplexity', 'mean_token_entropy', 'min_token_probability']) t.ok(applies(name), name)
  for (const name of ['semantic_entropy', 'verbalized_confidence', 'conformal_abstention']) t.notOk(applies(name), name)
})
