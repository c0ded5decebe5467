import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { ChatError, ChatRequest } from '../../src/schemas/chat.js'

const failure = { description: "Failed; in OpenAI's form.", content: { 'application/json': { schema: ChatError } } }

const schema = {
  operationId: 'chat',
  summary: 'Answer a chat and score the answer',
  description: [
    "OpenAI's chat completions: the answer is the upstream's, byte for byte, and `uncertainty` is added to it:",
    'the result of POST /v1/score without `answer`.',
    'With `stream` it comes in one more chunk before `[DONE]`, with empty `choices`.',
    'An answer that calls tools or refuses has no text: its scores are null and say so.'
  ].join('\n'),
  tags: ['scores'],
  body: ChatRequest,
  response: {
    200: {
      description: "A chat completion, or a stream of its chunks, in OpenAI's form.",
      headers: {
        'x-uncertainty-action': Type.String({ description: 'Action of the decision; not with `stream`.' }),
        'x-uncertainty-confidence': Type.Number({ description: 'Confidence; not with `stream`.' })
      },
      content: {
        'application/json': { schema: Type.Object({}, { additionalProperties: true }) },
        'text/event-stream': { schema: Type.String() }
      }
    },
    '4XX': failure,
    '5XX': failure
  }
}

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/chat/completions', { schema, config: { speaksOpenAi: true } }, (_request, reply) => reply.chat())
}

export default routes
