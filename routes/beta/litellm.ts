import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { GuardrailAnswer, GuardrailRequest } from '../../src/schemas/litellm.js'
import { problems } from '../../src/schemas/problem.js'

const schema = {
  operationId: 'litellmGuardrail',
  summary: "LiteLLM's generic guardrail (experimental)",
  description: [
    "Judges answers that pass LiteLLM's proxy. LiteLLM sends the texts alone: only scorers that need no more than them",
    'and the parameters have a value. A policy that abstains blocks the answer.'
  ].join('\n'),
  tags: ['integrations'],
  body: GuardrailRequest,
  response: {
    200: {
      description: 'What LiteLLM is to do.',
      headers: {
        'x-uncertainty-action': Type.String({ description: 'Gravest action among the texts; only with a policy.' })
      },
      content: { 'application/json': { schema: GuardrailAnswer } }
    },
    ...problems(400, 404, 413, 415, 422, 500, 503)
  }
}

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/litellm_basic_guardrail_api', { schema }, async (request, reply) => {
    const { answer, action } = await app.guardrail.check(request.body, reply.context())
    if (action !== null) reply.header('x-uncertainty-action', action)
    return answer
  })
}

export default routes
