/** What the model is asked about an answer, word for word. Answers are parsed by the labels that stand here. */
import { CONFIDENCE_PHRASES } from '../../math/linguistic.js'
import type { VerbalizedStyle } from '../../scorer.js'

/** Guesses that style `top_k` asks for. */
const GUESSES = 4

interface Template {
  /** Longest reply, in tokens. */
  readonly maxTokens: number
  readonly prompt: (question: string, answer: string) => string
  /** What is asked when the reply states no confidence; null: there is no second try. */
  readonly secondTry: string | null
}

const SHOWN_NUMBER = 'Reply with the number only: the probability, in percent, that the proposed answer is correct.'
const OWN_NUMBER = 'Reply with the number only: the probability, in percent, that your answer is correct.'

const lines = (...parts: readonly string[]): string => parts.join('\n')
const shown = (question: string, answer: string): string =>
  lines(`Question: ${question}`, `Proposed answer: ${answer}`, 'How likely is it that the proposed answer is correct?')

/** Longest second reply, in tokens: small models wrap even a number in a sentence. */
export const SECOND_TRY_TOKENS = 24

/** One template per style. */
export const TEMPLATES: Readonly<Record<VerbalizedStyle, Template>> = {
  two_stage: {
    maxTokens: 24,
    prompt: (question, answer) =>
      lines(
        shown(question, answer),
        'Reply with one number in percent, from 0% (certainly wrong) to 100% (certainly right), and nothing else.',
        'Probability:'
      ),
    secondTry: SHOWN_NUMBER
  },
  linguistic: {
    maxTokens: 16,
    prompt: (question, answer) =>
      lines(
        shown(question, answer),
        `Reply with one of these phrases and nothing else: ${CONFIDENCE_PHRASES.join(', ')}.`
      ),
    secondTry: 'Reply with one of the phrases only.'
  },
  vanilla: {
    maxTokens: 48,
    prompt: (question) =>
      lines(
        `Question: ${question}`,
        'Answer in a few words, and say in percent how likely your answer is to be correct. Reply in two lines:',
        'Answer: your answer',
        'Confidence: a number from 0 to 100, with a percent sign'
      ),
    secondTry: OWN_NUMBER
  },
  cot: {
    maxTokens: 192,
    prompt: (question) =>
      lines(
        `Question: ${question}`,
        'Think it through in a few sentences. Then end with two lines, the second saying in percent how likely your',
        'answer is to be correct:',
        'Answer: your answer in a few words',
        'Confidence: a number from 0 to 100, with a percent sign'
      ),
    secondTry: OWN_NUMBER
  },
  multi_step: {
    maxTokens: 192,
    prompt: (question) =>
      lines(
        `Question: ${question}`,
        'Solve it in at most three steps. After each step, say in percent how sure you are of that step. End with your',
        'answer. Use this form:',
        'Step 1: what you conclude. Confidence: a number from 0 to 100, with a percent sign',
        'Step 2: …',
        'Answer: your answer in a few words'
      ),
    secondTry: OWN_NUMBER
  },
  top_k: {
    maxTokens: 128,
    prompt: (question) =>
      lines(
        `Question: ${question}`,
        `Give your ${GUESSES} best guesses in a few words each, the best first, each with the probability in percent that`,
        'it is correct. Use this form and write nothing else:',
        ...Array.from({ length: GUESSES }, (_, i) =>
          lines(`G${i + 1}: a guess`, `P${i + 1}: a number from 0 to 100, with a percent sign`)
        )
      ),
    secondTry: null
  }
}
