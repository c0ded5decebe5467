/** What is asked of scoring for a chat request. */
import type { Message } from '../engine/engine.js'
import { LIMITS, type ScoreRequest } from '../schemas/score.js'
import type { ChatRequest, ChatUncertainty } from '../schemas/chat.js'

/** Longest sample, in tokens, where the caller does not limit the answer. */
const SAMPLE_TOKENS = 256

/** Most samples of the strategy adaptive. */
const ADAPTIVE_SAMPLES = 10

type Sampling = NonNullable<ScoreRequest['sampling']>

/** Fields of a chat request that say how the one answer is sent, not what is asked. */
const OF_THE_ANSWER = ['uncertainty', 'stream', 'stream_options', 'n', 'logprobs', 'top_logprobs'] as const

const LARGEST_SEED = 4_294_967_295

/** The text of a message: a string, or its text parts joined; null when there is none. */
export function contentText(content: unknown): string | null {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return null
  const texts = (content as readonly unknown[]).flatMap((part) => {
    const { type, text } = (part ?? {}) as { readonly type?: unknown; readonly text?: unknown }
    return type === 'text' && typeof text === 'string' ? [text] : []
  })
  return texts.length === 0 ? null : texts.join('')
}

const ROLES: ReadonlyMap<unknown, Message['role']> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant']
])

/** Who speaks, as models know it; undefined for tools and whoever else there is. */
export const roleOf = (role: unknown): Message['role'] | undefined => ROLES.get(role)

/** The conversation as scorers read it: whatever is text. Samples are drawn from the request itself. */
export function plainMessages(messages: ChatRequest['messages']): readonly Message[] {
  return messages.flatMap(({ role, content }) => {
    const text = contentText(content)
    const known = roleOf(role)
    return known === undefined || text === null ? [] : [{ role: known, content: text }]
  })
}

/** The chat request that samples are drawn from. */
export function chatBodyOf(body: ChatRequest): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !OF_THE_ANSWER.some((own) => own === name)))
}

/** The strings at which the answer is to end. */
export function stopsOf(body: ChatRequest): readonly string[] {
  return [body['stop']].flat().filter((each): each is string => typeof each === 'string' && each !== '')
}

function samplingOf(body: ChatRequest, { sampling, strategy, policy }: ChatUncertainty): Sampling {
  const longest = body['max_completion_tokens'] ?? body['max_tokens']
  const tokens = typeof longest === 'number' && longest >= 1 ? Math.trunc(longest) : SAMPLE_TOKENS
  const adaptive = { n: ADAPTIVE_SAMPLES, adaptive: { rule: policy === undefined ? 'beta' : 'decision' } } as const
  return {
    max_tokens: Math.min(tokens, LIMITS.maxTokens),
    stop: [...stopsOf(body)],
    ...(strategy === undefined ? {} : adaptive),
    ...sampling
  }
}

/** Only what is named is computed; when nothing is, what costs nothing. */
function scorersOf({
  scorers,
  preset,
  policy,
  calibration,
  strategy
}: ChatUncertainty): Pick<ScoreRequest, 'scorers' | 'preset'> {
  if (scorers !== undefined || preset !== undefined) {
    return { ...(scorers === undefined ? {} : { scorers }), ...(preset === undefined ? {} : { preset }) }
  }
  if (policy !== undefined || calibration !== undefined) return { scorers: [] }
  return { preset: strategy === undefined ? 'instant' : 'balanced' }
}

/** Fields that say what becomes of the answer, not how it is scored. */
const OF_ACTING: ReadonlySet<string> = new Set(['strategy', 'on_abstain', 'on_escalate'])

function scoreFieldsOf(asked: ChatUncertainty): Omit<ChatUncertainty, 'strategy' | 'on_abstain' | 'on_escalate'> {
  return Object.fromEntries(Object.entries(asked).filter(([name]) => !OF_ACTING.has(name)))
}

/** The score request of a chat request, without the answer that is still to come. */
export function scoreRequestOf(body: ChatRequest, asked: ChatUncertainty, model: string): ScoreRequest {
  const messages = plainMessages(body.messages)
  const seed = body['seed']
  const isSeed = typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED
  return {
    ...scoreFieldsOf(asked),
    ...(asked.strategy === undefined ? {} : { explain: true }),
    ...scorersOf(asked),
    model,
    ...(messages.length === 0 ? {} : { messages: [...messages] }),
    sampling: samplingOf(body, asked),
    ...(isSeed ? { seed } : {})
  }
}

/** Whether the other choices of the same answer may serve as samples: they were drawn, and no others are asked for. */
export function choicesServe(body: ChatRequest, asked: ChatUncertainty): boolean {
  const count = body['n']
  return typeof count === 'number' && count > 1 && body['temperature'] !== 0 && asked.sampling === undefined
}
