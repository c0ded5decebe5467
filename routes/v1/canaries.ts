import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CanaryReport, CanaryRequest } from '../../src/schemas/canaries.js'
import { PolicyParams } from '../../src/schemas/policy.js'
import { problems } from '../../src/schemas/problem.js'

const tags = ['policies']

/** `/v1/policies/{reference}/canaries`: questions whose scores must not change. */
const canaries: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/policies/:reference/canaries',
    {
      schema: {
        tags,
        summary: 'Set the canaries of a policy',
        description:
          'Scores some requests and keeps them. They are scored again at every start and daily; while one has another ' +
          'score, the guarantee is not valid.',
        operationId: 'setCanaries',
        params: PolicyParams,
        body: CanaryRequest,
        response: { 200: CanaryReport, ...problems(400, 404, 413, 415, 422, 503) }
      }
    },
    async (request, reply) => app.canaries.set(request.params.reference, request.body, reply.context().signal)
  )

  app.post(
    '/policies/:reference/canaries/check',
    {
      schema: {
        tags,
        summary: 'Check the canaries of a policy now',
        operationId: 'checkCanaries',
        params: PolicyParams,
        response: { 200: CanaryReport, ...problems(400, 404, 422, 503) }
      }
    },
    async (request, reply) => app.canaries.check(request.params.reference, reply.context().signal)
  )
}

export default canaries
