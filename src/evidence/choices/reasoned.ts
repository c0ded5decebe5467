/** The labels as the model reads them after a few reasonings of its own (formulas.md §10, direct vs reason-first). */
import { cyclicOrders } from '../../math/choices.js'
import type { ChoicesParameters, ReasonedOptions } from '../../scorer.js'
import type { Asker } from '../asker.js'
import type { EvidenceInput } from '../input.js'
import type { Circumstances, Work } from '../kind.js'
import { charsOf, labelSpellings, listing, PREFILL, requireQuestion, withAddition } from './question.js'

/** Longest reasoning, in tokens. */
export const REASONING_MAX_TOKENS = 96

const CHARS_PER_TOKEN = 4
const REASONING = { temperature: 0.7, topP: 1, topK: null } as const
const INSTRUCTION = 'Think step by step in two or three short sentences, then name the letter of the right option.'
const DEFAULT_COUNT = 3

/** Reasonings that are drawn. */
export function reasoningCount(parameters: ChoicesParameters): number {
  return parameters['options.reasoned']?.count ?? DEFAULT_COUNT
}

/** One prompt is read for all reasonings, and again with each of them behind it. */
export function reasonedWork({ supply, asksModel }: Circumstances, count: number): Work {
  const { choices, messages } = supply
  if (!asksModel || choices === null || messages === null) return {}
  const chars = charsOf(messages) + listing(choices, inOrder(choices), INSTRUCTION).length
  const reasoningChars = REASONING_MAX_TOKENS * CHARS_PER_TOKEN + PREFILL.length
  return {
    generations: count,
    completionTokens: count * REASONING_MAX_TOKENS,
    promptChars: chars + count * (chars + reasoningChars)
  }
}

/** Draws the reasonings in one call and reads the labels after each. Throws `Missing`. */
export async function gatherReasoned(input: EvidenceInput, count: number, ask: Asker): Promise<ReasonedOptions> {
  const { choices, messages } = requireQuestion(input)
  const { model } = input
  const asked = withAddition(messages, listing(choices, inOrder(choices), INSTRUCTION))
  const reasonings = await reason(input, asked, count, ask)
  const readings = reasonings.map(async (reasoning) => {
    const prefill = `${reasoning}\n\n${PREFILL}`.trimStart()
    const options = labelSpellings(choices.length)
    const { probabilities } = await ask.optionProbabilities({ model, messages: asked, prefill, options })
    return { reasoning, masses: probabilities }
  })
  return { choices, answer: input.answer?.generation.text ?? null, readings: await Promise.all(readings) }
}

/** Texts in the order of the rows; each ends before the model would name a label. */
async function reason(
  { model, seed }: EvidenceInput,
  messages: ReturnType<typeof withAddition>,
  count: number,
  ask: Asker
): Promise<readonly string[]> {
  const rows = Array.from({ length: count }, () => REASONING)
  const request = { model, messages, rows, maxTokens: REASONING_MAX_TOKENS, stop: ['Answer:'], seed, topCount: 0 }
  const result = await ask.generate(request)
  return result.rows.toSorted((a, b) => a.index - b.index).map(({ text }) => text.trim())
}

function inOrder(choices: readonly string[]): readonly number[] {
  return cyclicOrders(choices.length)[0]!
}
