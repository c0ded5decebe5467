/** OpenAI's chat completions, which all servers offer: what is asked, and what is read from the answer. */
import { QualmError } from '../../errors.js'
import type { Drawing, Exchange, RawAnswer, RawChoice, RawToken } from '../contract.js'

export type Json = Readonly<Record<string, unknown>>

/** An object of JSON. */
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** The objects in a list; other things are left out. */
export const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : [])
/** A string, or null. */
export const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null)
/** A whole number that is not negative, or null. */
export const countOr = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null

/** How a server's chat request differs from OpenAI's. */
export interface ChatDialect {
  /** Nucleus mass as the server takes it. */
  readonly topP: (topP: number) => Json
  /**
   * What OpenAI does not know, or does not default to: tokens beyond the nucleus, and whatever else a server or a model's
   * own configuration would change of the distribution.
   */
  readonly fields: (drawing: Drawing) => Json
}

/** Nucleus mass said even where it keeps everything: the server's own default may not. */
export const saidTopP = (topP: number): Json => ({ top_p: topP })

/** Fields of a client's request that belong to its one answer, or that every drawing states for itself. */
const NOT_OF_SAMPLES: ReadonlySet<string> = new Set([
  ...['uncertainty', 'stream', 'stream_options', 'metadata', 'store', 'n', 'best_of', 'seed', 'stop'],
  ...['max_tokens', 'max_completion_tokens', 'logprobs', 'top_logprobs', 'prompt_logprobs', 'echo'],
  ...['temperature', 'top_p', 'top_k', 'min_p', 'typical_p', 'mirostat', 'n_predict', 'n_probs', 'post_sampling_probs']
])

/** The turns, with the one that the answer goes on with. */
function withPrefill(turns: unknown, prefill: string): unknown {
  if (prefill === '') return turns
  return [...(Array.isArray(turns) ? (turns as readonly unknown[]) : []), { role: 'assistant', content: prefill }]
}

function asked({ chatBody, messages, prefill }: Drawing): Json {
  if (chatBody === null) return { messages: withPrefill(messages, prefill) }
  const kept = Object.fromEntries(Object.entries(chatBody).filter(([name]) => !NOT_OF_SAMPLES.has(name)))
  return { ...kept, messages: withPrefill(kept['messages'], prefill) }
}

/** The exchange that draws `drawing.n` choices. */
export function chatExchange(model: string, drawing: Drawing, { topP, fields }: ChatDialect): Exchange {
  const { temperature, maxTokens, stop, seed, n, topCount } = drawing
  const body = {
    ...asked(drawing),
    model,
    temperature,
    ...topP(drawing.topP),
    max_tokens: maxTokens,
    seed,
    ...(stop.length === 0 ? {} : { stop }),
    ...(n === 1 ? {} : { n }),
    ...(topCount === null ? {} : { logprobs: true }),
    ...(topCount === null || topCount === 0 ? {} : { top_logprobs: topCount }),
    ...fields(drawing)
  }
  return { method: 'POST', path: '/chat/completions', body }
}

/** An answer that makes no sense. */
export function nonsense(why: string): QualmError {
  return new QualmError('QUALM_ERR_UPSTREAM', `The upstream's answer makes no sense: ${why}.`)
}

/** The object that an answer is. Throws QUALM_ERR_UPSTREAM, also for an error told with status 200. */
export function answerObject(text: string): Json {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw nonsense('it is not JSON')
  }
  if (!isJson(value)) throw nonsense('it is no object')
  const { error } = value
  if (error === undefined || error === null) return value
  const message = isJson(error) ? textOr(error['message']) : textOr(error)
  throw new QualmError('QUALM_ERR_UPSTREAM', `The upstream answered with an error: ${(message ?? '').slice(0, 300)}`)
}

/** An entry of `logprobs.content`, or of Ollama's `logprobs`: text, value, and what else there is. */
export function readToken(entry: Json): RawToken {
  const bytes: unknown = entry['bytes']
  const top = objects(entry['top_logprobs']).map((one) => ({
    text: textOr(one['token']) ?? '',
    logprob: one['logprob'],
    id: countOr(one['id'])
  }))
  return {
    text: textOr(entry['token']) ?? '',
    bytes: Array.isArray(bytes) && bytes.every((byte) => typeof byte === 'number') ? bytes : null,
    id: countOr(entry['id']),
    logprob: entry['logprob'],
    top
  }
}

/** The text of a message: a string, or its text parts joined; null when it is none. */
function contentOf({ content }: Json): string | null {
  if (!Array.isArray(content)) return textOr(content)
  return objects(content)
    .map((part) => textOr(part['text']) ?? '')
    .join('')
}

const isThere = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value))

/** A text that is empty because the model did something else, or was cut before it began, is none. */
export function answerText(message: Json, finishReason: string | null, reasoning: string): string | null {
  const text = contentOf(message) ?? ''
  const isElsewhere = ['tool_calls', 'function_call', 'refusal'].some((name) => isThere(message[name]))
  return text === '' && (isElsewhere || reasoning !== '' || finishReason !== 'stop') ? null : text
}

function readChoice(choice: Json, at: number): RawChoice {
  const message = isJson(choice['message']) ? choice['message'] : {}
  const logprobs = isJson(choice['logprobs']) ? choice['logprobs'] : {}
  const content: unknown = logprobs['content']
  const reasoning = textOr(message['reasoning_content'] ?? message['reasoning']) ?? ''
  const finishReason = textOr(choice['finish_reason'])
  return {
    index: countOr(choice['index']) ?? at,
    text: answerText(message, finishReason, reasoning),
    finishReason,
    tokens: Array.isArray(content) ? objects(content).map(readToken) : null,
    ...(reasoning === '' ? {} : { reasoning })
  }
}

/** Reads a chat completion. Throws QUALM_ERR_UPSTREAM when there is no choice in it. */
export function readChat(text: string): RawAnswer {
  const answer = answerObject(text)
  const choices = objects(answer['choices']).map(readChoice)
  if (choices.length === 0) throw nonsense('it has no choices')
  const usage = isJson(answer['usage']) ? answer['usage'] : {}
  return {
    choices,
    promptTokens: countOr(usage['prompt_tokens']),
    completionTokens: countOr(usage['completion_tokens'])
  }
}
