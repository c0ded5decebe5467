/** The question put to the model in other forms: as a quiz, as a line to complete, bare, and with a terse instruction. */
import type { Message } from '../../engine/engine.js'
import type { FormatHistory, FormatReplies, Generation } from '../../scorer.js'
import { toGeneration } from '../generation/generated-rows.js'
import type { Sources } from '../kind.js'
import { askedIn } from './conversation.js'

interface Format {
  readonly system: string | null
  readonly frame: (question: string) => string
}

/** Forms that differ in more than wording: that is what makes a shaky answer change. Measured in docs/quality.md. */
const FORMATS: readonly Format[] = [
  { system: 'You are a quiz expert.', frame: (question) => `Quiz question: ${question}\nGive only the final answer.` },
  { system: null, frame: (question) => `Complete the line with a short answer.\nQ: ${question}\nA:` },
  { system: null, frame: (question) => question },
  {
    system: 'Answer as briefly as possible. Give only the answer, not a sentence.',
    frame: (question) => question
  }
]

/** How many calls are made. */
export const FORMAT_COUNT = FORMATS.length
/** Characters that the longest form adds to a question. */
export const FORMAT_CHARS = 80

/**
 * The greedy reply to the question in each form that is not the caller's own: that reply would be the answer itself.
 * All are asked at once. Throws `Missing`.
 */
export async function gatherFormatReplies(
  sources: Sources,
  answer: Generation,
  history: FormatHistory
): Promise<FormatReplies> {
  const asked = askedIn(sources.input)
  const question = bareQuestion(asked.question)
  const own = JSON.stringify(sources.input.messages)
  const conversations = FORMATS.map((format) =>
    conversationIn(format, asked.withQuestion(format.frame(question)), history)
  ).filter((conversation) => JSON.stringify(conversation) !== own)
  const replies = await Promise.all(conversations.map((conversation) => reply(conversation, sources)))
  return { answer: answer.text, question, replies }
}

/** A caller's own label would stand before the form's. */
function bareQuestion(question: string): string {
  return question.replace(/^\s*(?:question|q)\s*:\s*/iu, '')
}

function conversationIn({ system }: Format, messages: readonly Message[], history: FormatHistory): readonly Message[] {
  const turns = history === 'drop' ? messages.slice(-1) : messages.filter(({ role }) => role !== 'system')
  return system === null ? turns : [{ role: 'system', content: system }, ...turns]
}

async function reply(messages: readonly Message[], { input, ask }: Sources): Promise<Generation> {
  const { model, maxTokens, stop, seed } = input
  const rows = [{ temperature: 0, topP: 1, topK: null }]
  const result = await ask.generate({ model, messages, rows, maxTokens, stop, seed, topCount: 0 })
  return toGeneration(result.rows[0]!)
}
