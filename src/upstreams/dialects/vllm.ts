/** vLLM: values are of the model, before temperature and truncation; given texts are read as prompts. */
import jsonc, { type Node } from 'jsonc-parser'
import type { ScoreTextRequest } from '../../engine/engine.js'
import type { Dialect, Exchange, RawToken } from '../contract.js'
import { answerObject, chatExchange, nonsense, readChat } from './chat-shape.js'

/** The last turn is continued, not answered. */
const CONTINUES = { continue_final_message: true, add_generation_prompt: false } as const

function force(model: string, { messages, text, topCount }: ScoreTextRequest): Exchange | null {
  if (messages === null) return null
  const turns = [...messages, { role: 'assistant', content: text }]
  // It writes at least one token, which is left unread; the end of the text is not among the prompt's tokens.
  const body = { model, messages: turns, max_tokens: 1, temperature: 0, prompt_logprobs: topCount, ...CONTINUES }
  return { method: 'POST', path: '/chat/completions', body }
}

/** One entry of a position: the id that it stands under, and what is told of the token. */
interface Entry {
  readonly id: number
  readonly text: string
  readonly logprob: unknown
}

function readEntry(member: Node): Entry {
  const [key, value] = member.children ?? []
  const told = (value === undefined ? {} : jsonc.getNodeValue(value)) as Readonly<Record<string, unknown>>
  const text = told['decoded_token']
  return { id: Number(key?.value), text: typeof text === 'string' ? text : '', logprob: told['logprob'] }
}

/** The prompt's own token stands first; a parsed object would have its ids sorted. */
function readPosition(position: Node): readonly RawToken[] {
  const top = (position.children ?? []).map(readEntry)
  return position.type === 'object' && top[0] !== undefined ? [{ ...top[0], top }] : []
}

function readForced(text: string): readonly RawToken[] {
  answerObject(text)
  const root = jsonc.parseTree(text)
  const positions = root === undefined ? undefined : jsonc.findNodeAtLocation(root, ['prompt_logprobs'])
  if (positions?.type !== 'array') throw nonsense('it has no prompt_logprobs')
  return (positions.children ?? []).flatMap(readPosition)
}

export const vllm: Dialect = {
  name: 'vllm',
  basis: () => 'pre_sampling',
  maxChoices: 64,
  maxTop: 20,
  draw: (model, drawing) =>
    chatExchange(model, drawing, {
      limit: 'max_tokens',
      fields: ({ topK, prefill, chatBody }) => ({
        ...(topK === null ? {} : { top_k: topK }),
        ...(prefill === '' || chatBody !== null ? {} : CONTINUES)
      })
    }),
  readDrawn: readChat,
  force,
  readForced,
  options: null
}
