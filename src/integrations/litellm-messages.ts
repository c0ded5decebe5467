/** The conversation in LiteLLM's call, in OpenAI's shape there, as a score request takes it. */
import type { GuardrailRequest } from '../schemas/litellm.js'
import { LIMITS } from '../schemas/pieces.js'
import type { ScoreRequest } from '../schemas/score.js'

type Messages = NonNullable<ScoreRequest['messages']>

const ROLES: Readonly<Record<string, Messages[number]['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant'
}

/** Plain text of a content: itself, or its text parts joined; null when a part is no text. */
function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return null
  const parts = content.map((part: { readonly type?: unknown; readonly text?: unknown } | null) =>
    part?.type === 'text' && typeof part.text === 'string' ? part.text : null
  )
  return parts.includes(null) ? null : parts.join('')
}

function messageOf({ role, content }: Readonly<Record<string, unknown>>): Messages[number] | null {
  const known = typeof role === 'string' && Object.hasOwn(ROLES, role) ? ROLES[role] : undefined
  const text = textOf(content)
  return known === undefined || text === null || text.length > LIMITS.textChars ? null : { role: known, content: text }
}

/**
 * The messages before the answer. Null when there are none, or when one of them is not plain text (a tool, an image):
 * half a conversation would be another question.
 */
export function conversationOf({ structured_messages, texts }: GuardrailRequest): Messages | null {
  const messages = (structured_messages ?? []).map(messageOf)
  const last = messages.at(-1)
  if (last?.role === 'assistant' && (texts ?? []).includes(last.content)) messages.pop()
  const known = messages.filter((message) => message !== null)
  return known.length === 0 || known.length < messages.length ? null : known
}
