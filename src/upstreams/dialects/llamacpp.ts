/**
 * llama.cpp's server and llama-cpp-python's. Values are of the model, before temperature and truncation. Prompts are not
 * read: the one does not offer it, the other's echo tells at each token the values of the position after it.
 */
import type { Dialect } from '../contract.js'
import { chatExchange, readChat, saidTopP } from './chat-shape.js'

export const llamacpp: Dialect = {
  name: 'llamacpp',
  basis: () => 'pre_sampling',
  maxChoices: 1,
  maxTop: 20,
  continues: false,
  cutsTopK: true,
  draw: (model, drawing) =>
    chatExchange(model, drawing, {
      topP: saidTopP,
      // Their defaults keep the 40 most probable tokens, at least 5 % of the first, and shun repetition.
      fields: ({ topK }) => ({ top_k: topK ?? 0, min_p: 0, repeat_penalty: 1 })
    }),
  readDrawn: readChat,
  force: null
}
