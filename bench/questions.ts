/** What is asked: the longest example questions, prompts of 43 to 48 tokens with the model's chat template. */
import { readFacts } from './facts.js'

const COUNT = 40
const QUESTIONS: readonly string[] = readFacts()
  .map((fact) => fact.question)
  .toSorted((a, b) => b.length - a.length)
  .slice(0, COUNT)

/** Tokens that every answer has, on both sides of a comparison. */
export const ANSWER_TOKENS = 32
/** Samples of one request, besides its greedy answer. */
export const SAMPLES = 10

/** A question by number; after forty they come again. */
export function questionAt(index: number): string {
  return QUESTIONS[index % QUESTIONS.length]!
}
