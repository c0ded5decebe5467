/** The conversation with its question put in other words. */
import type { Message } from '../../engine/engine.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'

/** A conversation that ends in a question that may be asked again. */
export interface Asked {
  readonly question: string
  /** The conversation with `text` in the place of the question; the rest stays. */
  readonly withQuestion: (text: string) => readonly Message[]
}

/** Throws `Missing` when the language model may not be asked, or when nobody asked anything. */
export function askedIn({ fill, messages }: EvidenceInput): Asked {
  if (fill === 'never') {
    throw new Missing('skipped', 'needs_model_call', 'The model has to be asked again: set `fill` to "auto".')
  }
  const at = messages?.findLastIndex(({ role }) => role === 'user') ?? -1
  if (messages === null || at === -1) {
    throw new Missing('skipped', 'needs_prompt', 'Supply `messages` or `prompt`: the question is put in other words.')
  }
  return {
    question: messages[at]!.content,
    withQuestion: (content) => messages.map((message, i) => (i === at ? { ...message, content } : message))
  }
}

/** Characters of the conversation with one probe, at most: frames and edits add little to a question. */
export function probeChars(messages: readonly Message[] | null): number {
  return (messages ?? []).reduce((sum, { content }) => sum + content.length, 0) + FRAME_CHARS
}

const FRAME_CHARS = 40
