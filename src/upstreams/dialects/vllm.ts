/** vLLM: values are of the model, before temperature and truncation; given texts are read as prompts. */
import jsonc, { type Node } from 'jsonc-parser'
import type { Ask, Dialect, ForcedRequest, RawToken, ReadPrompt } from '../contract.js'
import { answerObject, chatExchange, countOr, isJson, nonsense, readChat, saidTopP } from './chat-shape.js'

/** The last turn is continued, not answered. */
const CONTINUES = { continue_final_message: true, add_generation_prompt: false } as const
/** The last turn is closed as the template closes it. */
const CLOSES = { continue_final_message: false, add_generation_prompt: false } as const

async function force(ask: Ask, model: string, request: ForcedRequest): Promise<ReadPrompt> {
  const { messages, text, topCount, includeEnd } = request
  const turns = [...messages, { role: 'assistant', content: text }]
  // It writes at least one token, which is left unread.
  const asked = { max_tokens: 1, temperature: 0, prompt_logprobs: topCount, ...(includeEnd ? CLOSES : CONTINUES) }
  const answer = await ask({
    method: 'POST',
    path: '/chat/completions',
    body: { model, messages: turns, ...asked }
  })
  const { usage } = answerObject(answer)
  const promptTokens = isJson(usage) ? countOr(usage['prompt_tokens']) : null
  return { tokens: readPositions(answer), promptTokens, isClosed: includeEnd }
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

function readPositions(text: string): readonly RawToken[] {
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
  continues: true,
  cutsTopK: true,
  draw: (model, drawing) =>
    chatExchange(model, drawing, {
      topP: saidTopP,
      // Else it takes what the model's own generation_config says.
      fields: ({ topK, prefill }) => ({
        ...{ top_k: topK ?? -1, min_p: 0, repetition_penalty: 1 },
        ...(prefill === '' ? {} : CONTINUES)
      })
    }),
  readDrawn: readChat,
  force
}
