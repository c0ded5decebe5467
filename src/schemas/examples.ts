import type { ScoreRequest, ScoreResult } from './score.js'

/** A request whose evidence is all supplied: no model runs. */
export const SCORE_REQUEST_EXAMPLE: ScoreRequest = {
  messages: [{ role: 'user', content: 'What is the capital of Australia?' }],
  answer: {
    text: 'Canberra',
    finish_reason: 'stop',
    logprobs: {
      content: [
        { token: 'Can', logprob: -0.11 },
        { token: 'berra', logprob: -0.31 }
      ]
    },
    decoding: { temperature: 0, basis: 'pre_sampling' }
  },
  scorers: ['g_nll', 'verbalized_confidence'],
  fill: 'never'
}

/** Its answer: g_nll is 0.11 + 0.31. */
export const SCORE_RESULT_EXAMPLE: ScoreResult = {
  id: 'score_95bc5e13f9604e66920742af51bd52b6',
  object: 'uncertainty.score',
  created: 1795305600,
  model: 'smollm2-135m-instruct',
  answer: { text: 'Canberra', source: 'supplied', finish_reason: 'stop' },
  scores: {
    g_nll: {
      status: 'ok',
      value: 0.42,
      unit: 'nats',
      direction: 'higher_is_more_uncertain',
      range: [0, null],
      detail: {
        form: 'g_nll',
        tokens: 2,
        mean: 0.21,
        perplexity: 1.2336780599567432,
        probability: 0.6570468198150567,
        truncated: false,
        censored: 0,
        eos_included: false
      }
    },
    verbalized_confidence: {
      status: 'skipped',
      value: null,
      unit: 'probability',
      direction: 'higher_is_more_certain',
      range: [0, 1],
      reason: 'needs_model_call',
      message: 'Supply `verbalized.confidence`, or set `fill` to "auto".'
    }
  },
  evidence: { answer: { source: 'supplied', basis: 'pre_sampling', censored: 0, alignment: 'exact' } },
  warnings: [],
  usage: { prompt_tokens: 0, completion_tokens: 0, entailment_pairs: 0, embedded_texts: 0, model_calls: 0 },
  timing: { queue_ms: 0, language_ms: 0, entailment_ms: 0, embedding_ms: 0, total_ms: 1 }
}
