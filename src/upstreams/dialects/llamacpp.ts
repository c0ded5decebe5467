/**
 * llama.cpp's server and llama-cpp-python's. Values are of the model, before temperature and truncation. Prompts are not
 * read: the one does not offer it, the other's echo tells at each token the values of the position after it.
 */
import type { Dialect } from '../contract.js'
import { chatExchange, readChat } from './chat-shape.js'

export const llamacpp: Dialect = {
  name: 'llamacpp',
  basis: () => 'pre_sampling',
  maxChoices: 1,
  maxTop: 20,
  draw: (model, drawing) =>
    chatExchange(model, drawing, {
      limit: 'max_tokens',
      // The servers' own default keeps the 40 most probable tokens; 0 keeps all.
      fields: ({ topK }) => ({ top_k: topK ?? 0 })
    }),
  readDrawn: readChat,
  force: null,
  readForced: () => [],
  options: null
}
