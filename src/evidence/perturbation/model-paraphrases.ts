/** Paraphrases in the language model's own words. */
import type { Asker } from '../asker.js'
import type { EvidenceInput } from '../input.js'
import { derivedSeed } from '../../math/random.js'

/** Rows per paraphrase that is wanted: many repeat each other or leave the meaning. */
export const DRAFTS_PER_PARAPHRASE = 2
/** Longest paraphrase, in tokens. */
export const PARAPHRASE_MAX_TOKENS = 64
const DRAFTING = { temperature: 0.9, topP: 0.95, topK: null }

/** The request for one paraphrase. */
export function paraphrasePrompt(question: string): string {
  return [
    'Write this question again in other words. Keep its meaning, do not answer it, and reply with the question only.',
    `Question: ${question}`
  ].join('\n')
}

/** Distinct drafts of up to `count` paraphrases, in the order in which they were drawn, none of them the question. */
export async function draftParaphrases(
  question: string,
  count: number,
  input: EvidenceInput,
  ask: Asker
): Promise<readonly string[]> {
  const request = {
    model: input.model,
    messages: [{ role: 'user' as const, content: paraphrasePrompt(question) }],
    rows: Array.from({ length: DRAFTS_PER_PARAPHRASE * count }, () => DRAFTING),
    maxTokens: PARAPHRASE_MAX_TOKENS,
    stop: [],
    seed: derivedSeed(input.seed, DRAFTING_STREAM),
    topCount: 0
  }
  const { rows } = await ask.generate(request)
  const inOrder = rows.toSorted((a, b) => a.index - b.index)
  const drafts = inOrder.filter(({ finishReason }) => finishReason === 'stop').map(({ text }) => questionIn(text))
  return [...new Set(drafts)].filter((text) => text !== '' && text !== question.trim())
}

/** Streams 0, 1, … belong to the replies to each probe. */
const DRAFTING_STREAM = 1_000_000

/** Models like to announce and to quote what they wrote. */
function questionIn(reply: string): string {
  const line = reply.trim().split(/\n/u)[0]!
  return line
    .replace(/^(?:question|paraphrase|q)\s*:\s*/iu, '')
    .replace(/^"(.*)"$/u, '$1')
    .trim()
}
