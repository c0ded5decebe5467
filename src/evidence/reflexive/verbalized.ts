/** What the model says of the answer when it is asked in a new conversation (formulas.md §6.1, §6.4). */
import type { GenerateRequest, Message } from '../../engine/engine.js'
import { answerForSecondTry, parseReply, parseSecondTry } from '../../math/verbalized-reply.js'
import type { EvidenceParameters, Verbalized, VerbalizedReply, VerbalizedStyle } from '../../scorer.js'
import type { Circumstances, Sources, Work } from '../kind.js'
import { CHARS_PER_TOKEN, subjectChars, subjectOf } from './subject.js'
import { SECOND_TRY_TOKENS, TEMPLATES } from './templates.js'

/** How the model is asked. */
type Asking = NonNullable<EvidenceParameters['verbalized']>

const UNASKED = 'Supply `verbalized.confidence`, or set `fill` to "auto".'
const DEFAULT_ASKING: Asking = { style: 'two_stage', replies: 1 }
const SAMPLING = { temperature: 0.7, topP: 1, topK: null }
const GREEDY = { temperature: 0, topP: 1, topK: null }

/** How a request asks for stated confidences; one greedy reply about the answer unless it says otherwise. */
export function askingOf({ verbalized }: EvidenceParameters): Asking {
  return verbalized ?? DEFAULT_ASKING
}

/** Tokens and prompts at worst, the second try included. */
export function verbalizedWork(circumstances: Circumstances, { style, replies }: Asking): Work {
  if (replies === 0) return {}
  const { maxTokens, prompt, secondTry } = TEMPLATES[style]
  const promptChars = prompt('', '').length + subjectChars(circumstances)
  if (replies > 1 || secondTry === null)
    return { promptChars, generations: replies, completionTokens: replies * maxTokens }
  const secondChars = promptChars + maxTokens * CHARS_PER_TOKEN + secondTry.length
  return { promptChars: promptChars + secondChars, generations: 2, completionTokens: maxTokens + SECOND_TRY_TOKENS }
}

/**
 * The supplied number, else the replies of the model. A single reply that states nothing gets a second try, for the
 * number alone; of several, those that cannot be read are left as they are. Throws `Missing`.
 */
export async function gatherVerbalized(sources: Sources, { style, replies }: Asking): Promise<Verbalized> {
  const { confidence } = sources.input
  if (confidence !== null) return { confidence, answer: null, replies: [], source: 'supplied' }
  if (replies === 0) return { confidence, answer: null, replies: [], source: 'generated' }
  const { question, answer } = await subjectOf(sources, UNASKED)
  const prompt: Message = { role: 'user', content: TEMPLATES[style].prompt(question, answer.text) }
  const read =
    replies === 1
      ? [await singleReply(sources, style, prompt, answer.text)]
      : (await write(sources, [prompt], replies, TEMPLATES[style].maxTokens)).map((text) => ({
          text,
          guesses: parseReply(style, text, answer.text)
        }))
  return { confidence, answer: answer.text, replies: read, source: 'generated' }
}

async function singleReply(
  sources: Sources,
  style: VerbalizedStyle,
  prompt: Message,
  shown: string
): Promise<VerbalizedReply> {
  const { maxTokens, secondTry } = TEMPLATES[style]
  const text = (await write(sources, [prompt], 1, maxTokens))[0]!
  const guesses = parseReply(style, text, shown)
  const answer = answerForSecondTry(style, text, shown)
  if (guesses.length > 0 || answer === null || secondTry === null) return { text, guesses }
  const messages: readonly Message[] = [
    prompt,
    { role: 'assistant', content: text },
    { role: 'user', content: secondTry }
  ]
  const second = (await write(sources, messages, 1, SECOND_TRY_TOKENS))[0]!
  const stated = parseSecondTry(style, second, answer)
  return stated.length > 0 ? { text: second, guesses: stated } : { text, guesses }
}

/** Texts of the rows of one call, in order: one greedy row, or several drawn ones. */
async function write(
  { input, ask }: Sources,
  messages: GenerateRequest['messages'],
  rows: number,
  maxTokens: number
): Promise<readonly string[]> {
  const { model, seed } = input
  const decodings = Array.from({ length: rows }, () => (rows === 1 ? GREEDY : SAMPLING))
  const result = await ask.generate({ model, messages, rows: decodings, maxTokens, stop: [], seed, topCount: 0 })
  return result.rows.toSorted((a, b) => a.index - b.index).map(({ text }) => text)
}
