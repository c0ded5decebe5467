/** The upstream's answer: what it says, and its text as the caller gets it. */
import type { Node } from 'jsonc-parser'
import type { DialectName } from '../upstreams/settings.js'
import type { HeardChoice } from './contract.js'
import {
  applyEdits,
  insertLast,
  membersNamed,
  objectTree,
  removeMember,
  replaceValue,
  withoutMember
} from './splice.js'

type Json = Readonly<Record<string, unknown>>

/** Servers that say `"logprobs": null` when nobody asked; the others leave it out. */
const SAYS_NULL: ReadonlySet<DialectName> = new Set(['openai', 'vllm', 'tgi'])

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON object, or null. */
export function readObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return isJson(value) ? value : null
  } catch {
    return null
  }
}

/** What the choices of a whole answer say, by index; null when it is no chat completion. */
export function heardChoices(answer: Json): readonly HeardChoice[] | null {
  const { choices } = answer
  if (!Array.isArray(choices)) return null
  return (choices as readonly unknown[]).filter(isJson).map((choice, at) => {
    const message = isJson(choice['message']) ? choice['message'] : {}
    return {
      index: typeof choice['index'] === 'number' ? choice['index'] : at,
      text: textOf(message),
      finishReason: typeof choice['finish_reason'] === 'string' ? choice['finish_reason'] : null,
      reasoning: reasoningOf(message),
      logprobs: toldOnly(logprobsOf(choice))
    }
  })
}

/** What a message, or a part of one, says of the model's thoughts. */
export function reasoningOf(message: Json): string {
  const told = message['reasoning_content'] ?? message['reasoning']
  return typeof told === 'string' ? told : ''
}

/** Null where no entry has a value: the server lists tokens, and tells nothing of them. */
export function toldOnly(logprobs: readonly unknown[] | null): readonly unknown[] | null {
  const isTold = (entry: unknown): boolean => isJson(entry) && (entry['logprob'] ?? null) !== null
  return logprobs === null || logprobs.some(isTold) ? logprobs : null
}

/** Calls of tools and refusals are no text that could be right or wrong; an empty answer is one. */
function textOf(message: Json): string | null {
  const { content } = message
  if (typeof content !== 'string') return null
  const calls = message['tool_calls'] ?? message['function_call']
  const isElsewhere = (Array.isArray(calls) ? calls.length > 0 : Boolean(calls)) || Boolean(message['refusal'])
  return content === '' && isElsewhere ? null : content
}

/** The tokens of the text; null when none are told. */
export function logprobsOf(choice: Json): readonly unknown[] | null {
  const logprobs = choice['logprobs']
  const content = isJson(logprobs) ? logprobs['content'] : null
  return Array.isArray(content) && content.length > 0 ? (content as readonly unknown[]) : null
}

/** The text of an answer, or of one chunk, as it would be had nobody asked for log-probabilities. */
export function withoutLogprobs(text: string, dialect: DialectName): string {
  const root = objectTree(text)
  const choices = root === null ? undefined : membersNamed(root, 'choices')[0]?.children?.[1]?.children
  if (choices === undefined) return text
  const told = choices.flatMap((choice: Node) => membersNamed(choice, 'logprobs').slice(0, 1))
  return applyEdits(
    text,
    told.map((member) => (SAYS_NULL.has(dialect) ? replaceValue(member, 'null') : removeMember(member)))
  )
}

/** The text of an answer with `uncertainty`, itself JSON text, as its last member; in place of another service's. */
export function withUncertainty(text: string, uncertainty: string): string {
  const bare = text.includes('"uncertainty"') ? withoutMember(text, 'uncertainty') : text
  const root = objectTree(bare)
  return root === null ? text : applyEdits(bare, [insertLast(root, `"uncertainty":${uncertainty}`)])
}
