/** A multiple-choice question as the model is asked it: the conversation, with the options in its last user message. */
import type { Message } from '../../engine/engine.js'
import { LABELS } from '../../math/choices.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'

/** Options to choose from, and the conversation that asks. */
export interface Question {
  readonly choices: readonly string[]
  readonly messages: readonly Message[]
}

/**
 * Start of the assistant's turn; the label comes next. With the bracket before it, the embedded model puts 98 % of its
 * mass on labels, against 85 % after a bare "Answer:".
 */
export const PREFILL = 'Answer: ('
/** Asks for a label and nothing else. */
export const DIRECT = 'Which option is right? Reply with its letter.'

/** The question that the options belong to. Throws `Missing` without options, model or conversation. */
export function requireQuestion(input: EvidenceInput): Question {
  if (input.choices === null) {
    throw new Missing('skipped', 'needs_choices', 'Supply `choices`: the options of the question, two or more.')
  }
  return { choices: input.choices, messages: requireConversation(input) }
}

/** The conversation with a question in it, for a model that may be asked. Throws `Missing`. */
export function requireConversation({ fill, messages }: EvidenceInput): readonly Message[] {
  if (fill === 'never') {
    throw new Missing('skipped', 'needs_model_call', 'Set `fill` to "auto": the model is asked about the question.')
  }
  if (messages?.some(({ role }) => role === 'user') !== true) {
    throw new Missing('skipped', 'needs_prompt', 'Supply `messages` or `prompt`: the options need their question.')
  }
  return messages
}

/** The conversation with `addition` behind the last user message. */
export function withAddition(messages: readonly Message[], addition: string): readonly Message[] {
  const last = messages.findLastIndex(({ role }) => role === 'user')
  return messages.map((message, i) =>
    i === last ? { role: message.role, content: `${message.content.trimEnd()}\n\n${addition}` } : message
  )
}

/** Labelled options in an order, one a line, and what is asked about them. */
export function listing(choices: readonly string[], order: readonly number[], instruction: string): string {
  const lines = order.map((option, place) => `(${LABELS[place]!}) ${choices[option]!.trim()}`)
  return `Options:\n${lines.join('\n')}\n\n${instruction}`
}

/** Spellings of each label whose first tokens count as naming it: some models write a space first. */
export function labelSpellings(count: number): readonly (readonly string[])[] {
  return LABELS.slice(0, count).map(spellings)
}

/** A text as a model may begin it. */
export function spellings(text: string): readonly string[] {
  return [text, ` ${text}`]
}

/** Characters of the conversation. */
export function charsOf(messages: readonly Message[]): number {
  return messages.reduce((total, { content }) => total + content.length, 0)
}
