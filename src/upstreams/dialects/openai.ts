/** OpenAI, and whatever proxy speaks like it. What its log-probabilities are of is not documented. */
import type { Dialect } from '../contract.js'
import { chatExchange, readChat, saidTopP } from './chat-shape.js'

export const openai: Dialect = {
  name: 'openai',
  basis: () => 'unknown',
  maxChoices: 128,
  maxTop: 20,
  continues: false,
  cutsTopK: false,
  draw: (model, drawing) => chatExchange(model, drawing, { topP: saidTopP, fields: () => ({}) }),
  readDrawn: readChat,
  force: null
}
