import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Policy, PolicyCreation, PolicyList, PolicyParams } from '../../src/schemas/policy.js'
import { problems } from '../../src/schemas/problem.js'

const tags = ['policies']

const description = [
  'Finds the threshold at which the objective holds on the examples, and keeps it as a new version of `name`.',
  'A target that they do not attain is refused with the smallest attainable one, too few examples with the number',
  'needed. Examples with a `group` give every group its own threshold and promise. `abstain` adds a second threshold;',
  '`tune` chooses scorer and options on examples that are then set aside. For true, false or neither: objective `sets`,',
  'method `margin`, `choices` of the three; a set of one is the verdict.'
].join('\n')

/** `/v1/policies`: thresholds with a stated guarantee, made from labelled examples. */
const policies: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/policies',
    {
      schema: {
        tags,
        summary: 'Make a policy from labelled examples',
        description,
        operationId: 'createPolicy',
        body: PolicyCreation,
        response: { 201: Policy, ...problems(400, 404, 413, 415, 422, 503) }
      }
    },
    async (request, reply) => {
      const policy = await app.policies.create(request.body, reply.context().signal)
      reply.code(201).header('location', `/v1/policies/${policy.name}@${policy.version}`)
      return policy
    }
  )

  app.get(
    '/policies',
    {
      schema: {
        tags,
        summary: 'List policies',
        operationId: 'listPolicies',
        response: { 200: PolicyList, ...problems(503) }
      }
    },
    async () => app.policies.list()
  )

  app.get(
    '/policies/:reference',
    {
      schema: {
        tags,
        summary: 'Show a policy',
        operationId: 'getPolicy',
        params: PolicyParams,
        response: { 200: Policy, ...problems(400, 404, 503) }
      }
    },
    async (request) => app.policies.get(request.params.reference)
  )

  app.delete(
    '/policies/:reference',
    {
      schema: {
        tags,
        summary: 'Delete a policy, or one version of it',
        operationId: 'deletePolicy',
        params: PolicyParams,
        response: { 204: Type.Null(), ...problems(400, 404, 503) }
      }
    },
    async (request, reply) => {
      await app.policies.remove(request.params.reference)
      reply.code(204)
    }
  )
}

export default policies
