/** How the questions are put to the model. The choice is measured by `npm run bench:defaults`; see docs/quality.md. */
import type { Message } from '../../src/engine/engine.js'

export type PromptName = 'phrase' | 'concise' | 'words' | 'quiz'

const user = (content: string): Message => ({ role: 'user', content })
const told =
  (content: string) =>
  (question: string): readonly Message[] => [{ role: 'system', content }, user(question)]

/** Questions with answers that show the form of an answer; none of them is in the example sets. */
const SHOWN = [
  ['What gas do plants take in?', 'Carbon dioxide'],
  ['Who discovered penicillin?', 'Alexander Fleming'],
  ['What is the largest planet?', 'Jupiter'],
  ['How many days are in a week?', 'Seven']
] as const

/** Conversations to choose from. */
export const PROMPTS: Readonly<Record<PromptName, (question: string) => readonly Message[]>> = {
  phrase: told('Answer the question with a short phrase.'),
  concise: told('Answer as briefly as possible. Give only the answer, not a sentence.'),
  words: (question) => [user(`${question} Answer in one or two words.`)],
  quiz: (question) => [
    { role: 'system', content: 'You are taking a quiz. Answer each question in a few words.' },
    ...SHOWN.flatMap(([asked, answer]): Message[] => [
      user(`Question: ${asked}`),
      { role: 'assistant', content: `Answer: ${answer}` }
    ]),
    user(`Question: ${question}`)
  ]
}

/** The prompt of the quality tables. */
export const CHOSEN_PROMPT: PromptName = 'quiz'

/** The conversation of a question. */
export function conversation(question: string): readonly Message[] {
  return PROMPTS[CHOSEN_PROMPT](question)
}
