/** What the model says of the answer when asked: self-probing in a new conversation (formulas.md §6.1, §6.4). */
import { parseConfidence } from '../../math/verbalized.js'
import type { Generation, Verbalized } from '../../scorer.js'
import type { Asker } from '../asker.js'
import { questionOf, type EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'

/** Longest reply that is asked for, in tokens. */
export const VERBALIZED_MAX_TOKENS = 24

/** The stated confidence: the supplied number, else the reply to a follow-up question. Throws `Missing`. */
export async function gatherVerbalized(
  input: EvidenceInput,
  answer: () => Promise<Generation>,
  ask: Asker
): Promise<Verbalized> {
  if (input.confidence !== null) return { confidence: input.confidence, reply: null, source: 'supplied' }
  if (input.fill === 'never') {
    throw new Missing('skipped', 'needs_model_call', 'Supply `verbalized.confidence`, or set `fill` to "auto".')
  }
  const question = questionOf(input.messages)
  if (question === null) {
    throw new Missing('skipped', 'needs_prompt', 'Supply `messages` or `prompt`: the model is asked about its answer.')
  }
  const { text } = await answer()
  if (text.trim() === '') throw new Missing('failed', 'empty_answer', 'There is no text whose truth could be judged.')
  const reply = await askConfidence(input, probe(question, text), ask)
  return { confidence: parseConfidence(reply, 'percent'), reply, source: 'generated' }
}

async function askConfidence(input: EvidenceInput, content: string, ask: Asker): Promise<string> {
  const result = await ask.generate(
    {
      model: input.model,
      messages: [{ role: 'user', content }],
      rows: [{ temperature: 0, topP: 1, topK: null }],
      maxTokens: VERBALIZED_MAX_TOKENS,
      stop: [],
      seed: input.seed,
      topCount: 0
    },
    () => undefined
  )
  return result.rows[0]!.text
}

function probe(question: string, answer: string): string {
  return [
    `Question: ${question}`,
    `Proposed answer: ${answer}`,
    'How likely is it that the proposed answer is correct?',
    'Reply with one number in percent, from 0% (certainly wrong) to 100% (certainly right), and nothing else.',
    'Probability:'
  ].join('\n')
}
