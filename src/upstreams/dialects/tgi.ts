/** Text Generation Inference: `n` is not taken, and values are of the sampler, after temperature, top-k and top-p. */
import type { Dialect } from '../contract.js'
import { chatExchange, readChat } from './chat-shape.js'

export const tgi: Dialect = {
  name: 'tgi',
  // Decoded greedily or at temperature 1 with the whole vocabulary, the warpers leave the distribution as it is.
  basis: ({ temperature, topP, topK }) =>
    (temperature === 0 || temperature === 1) && topP === 1 && topK === null ? 'pre_sampling' : 'post_sampling',
  maxChoices: 1,
  maxTop: 5,
  draw: (model, drawing) =>
    chatExchange(model, drawing, {
      limit: 'max_tokens',
      // It takes no temperature of 0; without one it decodes greedily.
      fields: ({ temperature }) => (temperature === 0 ? { temperature: undefined } : {})
    }),
  readDrawn: readChat,
  force: null,
  readForced: () => [],
  options: null
}
