import { createEvaluations, type EvaluationDependencies } from '../../src/evaluations/evaluations.js'
import type { Choice } from '../../src/evaluations/choice.js'
import { chooseScorers } from '../../src/evaluations/choice.js'
import type { EvaluationRecord } from '../../src/evaluations/record.js'
import type { EvaluationBody, EvaluationRequest } from '../../src/schemas/evaluation.js'
import type { ScoreRequest, ScoreResult } from '../../src/schemas/score.js'
import type { Stored } from '../../src/store/document.js'
import { createFakeScoring, fakeResult } from '../fixtures/fake-scoring.js'
import { scorer } from '../policies/scorers.js'

export const SCORERS = new Map(
  [
    scorer(),
    scorer({ name: 'certainty', direction: 'higher_is_more_certain', unit: 'probability', range: [0, 1] }),
    scorer({ name: 'conformal_abstention', needs: ['conformal'], range: [0, 1] })
  ].map((each) => [each.name, each])
)

const score = (value: number | null, direction: 'higher_is_more_uncertain' | 'higher_is_more_certain') =>
  value === null
    ? { status: 'skipped' as const, value, unit: 'nats' as const, direction, range: [0, null], reason: 'needs_samples' }
    : { status: 'ok' as const, value, unit: 'nats' as const, direction, range: [0, null] }

/** A result whose scores follow from the seed of the request: `spread` is the seed, `certainty` lacks where it is odd. */
export function resultOf({ seed = 0, answer }: ScoreRequest): ScoreResult {
  return fakeResult({
    answer: {
      text: typeof answer === 'string' ? answer : 'It is Canberra.',
      source: 'generated',
      finish_reason: 'stop'
    },
    scores: {
      spread: score(seed, 'higher_is_more_uncertain'),
      certainty: score(seed % 2 === 0 ? 1 / (1 + seed) : null, 'higher_is_more_certain')
    }
  })
}

/** n examples with seeds 0, 1, 2 …, of which those from `wrongFrom` on are wrong. */
export const examples = (n: number, wrongFrom: number): EvaluationRequest['examples'] =>
  Array.from({ length: n }, (_, seed) => ({ request: { prompt: 'Who?', seed }, correct: seed < wrongFrom }))

/** Evaluations on a fake scoring and a store in memory. */
export function evaluationsOn(answer: Parameters<typeof createFakeScoring>[0] = resultOf) {
  const scoring = createFakeScoring(answer)
  const kept: Stored<EvaluationBody>[] = []
  const collection = {
    create: async (name: string, body: EvaluationBody, createdMs: number) => {
      const version = kept.filter((each) => each.name === name).length + 1
      const stored = { name, version, createdMs, digest: 'd', body }
      kept.push(stored)
      return stored
    },
    get: async (name: string, version: number | null) =>
      kept.findLast((each) => each.name === name && (version ?? each.version) === each.version) ?? null,
    list: async () => kept,
    remove: async (name: string) => kept.splice(0, kept.filter((each) => each.name === name).length).length
  }
  const store = { collection: () => collection } as unknown as EvaluationDependencies['store']
  return { evaluations: createEvaluations({ store, scorers: SCORERS, scoring, now: () => 1_795_305_600_999 }), scoring }
}

export const choice = (request: Parameters<typeof chooseScorers>[0] = { scorers: ['spread', 'certainty'] }): Choice =>
  chooseScorers(request, SCORERS)

/** A record of two scores. */
export const record = (index: number, quality: number | null, spread: number | null): EvaluationRecord => ({
  index,
  model: 'small',
  answer: 'x',
  quality,
  scores: { spread, certainty: spread === null ? null : -spread },
  reasons: spread === null ? { spread: 'needs_samples', certainty: 'needs_samples' } : {},
  usage: { prompt_tokens: 1, completion_tokens: 2, entailment_pairs: 3, embedded_texts: 4, model_calls: 5 }
})
