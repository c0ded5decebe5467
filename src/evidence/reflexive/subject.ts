import type { Generation } from '../../scorer.js'
import { questionOf } from '../input.js'
import type { Circumstances, Sources } from '../kind.js'
import { Missing } from '../missing.js'

/** What the model is asked about. */
export interface Subject {
  readonly question: string
  readonly answer: Generation
}

/** A rough measure for texts that are not written yet. */
export const CHARS_PER_TOKEN = 4

/**
 * The question and the answer under test. Throws `Missing` when the model may not be asked, or has nothing to be asked
 * about.
 * @param unasked what to do when the model may not be asked
 */
export async function subjectOf(
  { input, get }: Sources,
  unasked = 'Set `fill` to "auto": the model is asked about its answer.'
): Promise<Subject> {
  if (input.fill === 'never') {
    throw new Missing('skipped', 'needs_model_call', unasked)
  }
  const question = questionOf(input.messages)
  if (question === null) {
    throw new Missing('skipped', 'needs_prompt', 'Supply `messages` or `prompt`: the model is asked about its answer.')
  }
  const answer = await get('answer')
  if (answer.text.trim() === '') {
    throw new Missing('failed', 'empty_answer', 'There is no text whose truth could be judged.')
  }
  return { question, answer }
}

/** Characters of the question and the answer, the answer at its longest when it is not written yet. */
export function subjectChars({ supply, maxTokens }: Circumstances): number {
  const question = questionOf(supply.messages) ?? ''
  return question.length + (supply.answer?.generation.text.length ?? maxTokens * CHARS_PER_TOKEN)
}
