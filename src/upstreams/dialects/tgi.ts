/**
 * Text Generation Inference: `n` is not taken, and values are of the sampler, after temperature, top-k and top-p. Given
 * texts are read behind the prompt that its own template makes, with `decoder_input_details`.
 */
import type { Ask, Dialect, Exchange, ForcedRequest, RawToken, ReadPrompt } from '../contract.js'
import { answerObject, chatExchange, countOr, isJson, nonsense, objects, readChat, textOr } from './chat-shape.js'

async function promptOf(ask: Ask, model: string, { messages }: ForcedRequest): Promise<string> {
  const answer = answerObject(await ask({ method: 'POST', path: '//chat_tokenize', body: { model, messages } }))
  const prompt = textOr(answer['templated_text'])
  if (prompt === null) throw nonsense('it has no templated_text')
  return prompt
}

function reading(inputs: string): Exchange {
  // It writes at least one token, which is left unread.
  const parameters = { decoder_input_details: true, details: true, max_new_tokens: 1, do_sample: false }
  return { method: 'POST', path: '//generate', body: { inputs, parameters } }
}

function readPrefill(text: string): readonly RawToken[] {
  const { details } = answerObject(text)
  if (!isJson(details) || !Array.isArray(details['prefill'])) throw nonsense('it has no details.prefill')
  return objects(details['prefill']).map(({ id, text: token, logprob }) => ({
    id: countOr(id),
    text: textOr(token) ?? '',
    logprob
  }))
}

async function force(ask: Ask, model: string, request: ForcedRequest): Promise<ReadPrompt> {
  const prompt = await promptOf(ask, model, request)
  const read = async (inputs: string) => readPrefill(await ask(reading(inputs)))
  const tokens = await read(prompt + request.text)
  const [first, second] = tokens
  // The template and the tokenizer may both put the start token: the distribution would be that of a doubled one.
  const isDoubled = first !== undefined && first.id !== null && first.id === second?.id && prompt.startsWith(first.text)
  const whole = isDoubled ? await read(prompt.slice(first.text.length) + request.text) : tokens
  return { tokens: whole, promptTokens: whole.length, isClosed: false }
}

export const tgi: Dialect = {
  name: 'tgi',
  // Decoded greedily or at temperature 1 with the whole vocabulary, the warpers leave the distribution as it is.
  basis: ({ temperature, topP, topK }) =>
    (temperature === 0 || temperature === 1) && topP === 1 && topK === null ? 'pre_sampling' : 'post_sampling',
  maxChoices: 1,
  maxTop: 5,
  continues: false,
  cutsTopK: false,
  draw: (model, drawing) =>
    // It refuses a nucleus of 1, and draws at temperature 1 when none is said.
    chatExchange(model, drawing, { topP: (topP) => (topP === 1 ? {} : { top_p: topP }), fields: () => ({}) }),
  readDrawn: readChat,
  force
}
