/**
 * Ollama. It is asked in its own way, which alone takes `top_k` (its default keeps 40 tokens); chat requests with tools,
 * images or formats go by its OpenAI route. `n` is not taken, values are those of the llama.cpp behind it.
 */
import type { Dialect, Drawing, Exchange, RawAnswer } from '../contract.js'
import { answerObject, answerText, chatExchange, readChat, readToken, saidTopP } from './chat-shape.js'
import { countOr, isJson, nonsense, objects, textOr } from './chat-shape.js'

/** Fields of a chat request that its own route takes in the same form, or that each drawing states. */
const PLAIN_FIELDS: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'user', 'metadata', 'stop', 'seed', 'temperature', 'top_p', 'max_tokens'],
  ...['max_completion_tokens', 'n', 'logprobs', 'top_logprobs', 'stream', 'stream_options']
])

function isPlain({ chatBody, messages }: Drawing): boolean {
  if (chatBody === null) return true
  const turns = objects(chatBody['messages'])
  const isText = turns.every(({ role, content }, i) => content === messages[i]?.content && role === messages[i]?.role)
  return isText && Object.keys(chatBody).every((name) => PLAIN_FIELDS.has(name))
}

function ownExchange(model: string, drawing: Drawing): Exchange {
  const { messages, temperature, topP, topK, maxTokens, stop, seed, topCount } = drawing
  const options = {
    ...{ temperature, top_p: topP, top_k: topK ?? 0, min_p: 0, repeat_penalty: 1 },
    ...{ num_predict: maxTokens, seed, stop }
  }
  const asking = topCount === null ? {} : { logprobs: true, top_logprobs: topCount }
  return { method: 'POST', path: '//api/chat', body: { model, messages, stream: false, options, ...asking } }
}

function readOwn(answer: ReturnType<typeof answerObject>): RawAnswer {
  const message = answer['message']
  if (!isJson(message)) throw nonsense('it has no message')
  const thinking = textOr(message['thinking']) ?? ''
  const finishReason = textOr(answer['done_reason'])
  const told = answer['logprobs']
  const choice = {
    index: 0,
    text: answerText(message, finishReason, thinking),
    finishReason,
    tokens: Array.isArray(told) ? objects(told).map(readToken) : null,
    ...(thinking === '' ? {} : { reasoning: thinking })
  }
  const { prompt_eval_count: promptTokens, eval_count: completionTokens } = answer
  return { choices: [choice], promptTokens: countOr(promptTokens), completionTokens: countOr(completionTokens) }
}

function readDrawn(text: string): RawAnswer {
  const answer = answerObject(text)
  return 'choices' in answer ? readChat(text) : readOwn(answer)
}

export const ollama: Dialect = {
  name: 'ollama',
  basis: () => 'pre_sampling',
  maxChoices: 1,
  maxTop: 20,
  continues: false,
  cutsTopK: true,
  draw: (model, drawing) =>
    isPlain(drawing)
      ? ownExchange(model, drawing)
      : chatExchange(model, drawing, { topP: saidTopP, fields: () => ({}) }),
  readDrawn,
  force: null
}
