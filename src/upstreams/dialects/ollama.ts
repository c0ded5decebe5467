/** Ollama's OpenAI route: `n` is not taken, values are those of the llama.cpp behind it. */
import type { Dialect } from '../contract.js'
import { chatExchange, readChat } from './chat-shape.js'

export const ollama: Dialect = {
  name: 'ollama',
  basis: () => 'pre_sampling',
  maxChoices: 1,
  maxTop: 20,
  draw: (model, drawing) => chatExchange(model, drawing, { limit: 'max_tokens', fields: () => ({}) }),
  readDrawn: readChat,
  force: null,
  readForced: () => [],
  options: null
}
