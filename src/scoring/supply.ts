/** What a request brings with it, checked and in one form. */
import type { Message } from '../engine/engine.js'
import { QualmError } from '../errors.js'
import type { SuppliedEvidence } from '../evidence/input.js'
import { checkChoices } from '../evidence/choices/check-choices.js'
import { checkComparisons, lookUp } from '../evidence/comparison/supplied-comparisons.js'
import { readOutput } from '../evidence/supplied-output.js'
import type { ScoreRequest } from '../schemas/score.js'

/**
 * Reads the supplied evidence. Throws as `readLogprobs`, `checkComparisons` and `checkChoices` do, with the place in the
 * body.
 */
export function readSupply(request: ScoreRequest): SuppliedEvidence {
  const samples = request.samples?.map((sample, i) => readOutput(sample, `/samples/${i}`)) ?? null
  const comparisons = request.evidence ?? {}
  checkComparisons(comparisons, samples?.length ?? null)
  checkChoices(request.choices ?? [])
  return {
    messages: messagesOf(request),
    answer: request.answer === undefined ? null : readOutput(request.answer, '/answer'),
    samples,
    compared: lookUp(comparisons, samples?.length ?? 0),
    similarity: comparisons.similarity ?? null,
    confidence: request.verbalized?.confidence ?? null,
    choices: request.choices ?? null,
    context: request.context ?? null
  }
}

function messagesOf({ messages, prompt }: ScoreRequest): readonly Message[] | null {
  if (messages !== undefined && prompt !== undefined) {
    throw new QualmError('QUALM_ERR_VALIDATION', 'Give `messages` or `prompt`, not both.', {
      errors: [{ pointer: '/prompt', message: '`prompt` is short for one user message; `messages` is there too' }]
    })
  }
  return prompt === undefined ? (messages ?? null) : [{ role: 'user', content: prompt }]
}
