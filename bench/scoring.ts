/** The use case behind `POST /v1/score`, on an engine that is open: everything but the socket. */
import { ANSWER_TOKENS, SAMPLES } from './questions.js'
import { createAdmission } from '../src/engine/admission.js'
import type { Engine } from '../src/engine/engine.js'
import { QualmError } from '../src/errors.js'
import type { ScoreResult } from '../src/schemas/score-result.js'
import type { ScoreRequest } from '../src/schemas/score.js'
import { loadScorers } from '../src/scorer-registry.js'
import { createScoring } from '../src/scoring/scoring.js'

/** Scores the answer to a question: greedy and ten samples of up to 32 tokens, G-NLL and semantic entropy. */
export interface BenchScoring {
  /** `sampling` absent: the service's defaults. */
  score(question: string, seed: number, sampling?: ScoreRequest['sampling']): Promise<ScoreResult>
}

/** From the whole vocabulary, as the model gives it. */
export const WHOLE_VOCABULARY = { temperature: 1, top_p: 1, top_k: null } as const

/** The same engine, except that every row runs to its last token whatever the model says. */
function withoutEnd(engine: Engine): Engine {
  return {
    generate: (request, options) => engine.generate({ ...request, ignoreEnd: true }, options),
    scoreText: (request, options) => engine.scoreText(request, options),
    optionProbabilities: (request, options) => engine.optionProbabilities(request, options),
    entail: (pairs, options) => engine.entail(pairs, options),
    embed: (texts, options) => engine.embed(texts, options),
    models: () => engine.models(),
    stats: () => engine.stats(),
    ready: () => engine.ready(),
    close: () => engine.close()
  }
}

function check(result: ScoreResult, forced: boolean): void {
  const missing = Object.entries(result.scores)
    .filter(([, score]) => score.status !== 'ok')
    .map(([name]) => name)
  if (missing.length > 0) throw new Error(`no value for ${missing.join(', ')}`)
  const tokens = result.usage.completion_tokens
  if (forced && tokens !== (SAMPLES + 1) * ANSWER_TOKENS) throw new Error(`${String(tokens)} tokens were generated`)
}

async function lookup(): Promise<never> {
  throw new QualmError('QUALM_ERR_UNKNOWN_POLICY', 'The benchmark has no policies and no calibrations.')
}

/** `forced`: every answer has exactly 32 tokens. Scoring throws when a score is missing: no failure counts as fast. */
export async function createBenchScoring(engine: Engine, forced: boolean): Promise<BenchScoring> {
  const scoring = createScoring({
    engine: forced ? withoutEnd(engine) : engine,
    scorers: await loadScorers(new URL('../scorers/', import.meta.url)),
    policies: { lookup },
    calibrations: { lookup },
    admission: createAdmission({ maxActive: 16, queueLimit: 256 }),
    ranks: { data: 'nothing', model: { id: 'none', digest: null }, scorers: [] },
    limits: { deadlineMs: 600_000, maxSamples: 64, maxPairs: 10_000 }
  })
  return {
    async score(question, seed, sampling = {}) {
      const request: ScoreRequest = {
        messages: [{ role: 'user', content: question }],
        scorers: ['g_nll', 'semantic_entropy'],
        sampling: { ...sampling, n: SAMPLES, max_tokens: ANSWER_TOKENS },
        seed
      }
      const result = await scoring.score(request, { signal: new AbortController().signal, requestId: 'bench' })
      check(result, forced)
      return result
    }
  }
}
