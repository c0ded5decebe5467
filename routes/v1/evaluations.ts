import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Evaluation, EvaluationList, EvaluationParams, EvaluationRequest } from '../../src/schemas/evaluation.js'
import { problems } from '../../src/schemas/problem.js'

const tags = ['evaluations']

/** `/v1/evaluations`: how well scorers tell wrong answers from right ones, on labelled examples. */
const evaluations: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/evaluations',
    {
      schema: {
        tags,
        summary: 'Evaluate scorers on labelled examples',
        operationId: 'createEvaluation',
        body: EvaluationRequest,
        response: { 201: Evaluation, ...problems(400, 404, 413, 415, 422, 503) }
      }
    },
    async (request, reply) => {
      const evaluation = await app.evaluations.create(request.body, reply.context().signal)
      reply.code(201).header('location', `/v1/evaluations/${evaluation.id}`)
      return evaluation
    }
  )

  app.get(
    '/evaluations',
    {
      schema: {
        tags,
        summary: 'List evaluations',
        operationId: 'listEvaluations',
        response: { 200: EvaluationList, ...problems(503) }
      }
    },
    async () => app.evaluations.list()
  )

  app.get(
    '/evaluations/:reference',
    {
      schema: {
        tags,
        summary: 'Show an evaluation',
        operationId: 'getEvaluation',
        params: EvaluationParams,
        response: { 200: Evaluation, ...problems(400, 404, 503) }
      }
    },
    async (request) => app.evaluations.get(request.params.reference)
  )

  app.delete(
    '/evaluations/:reference',
    {
      schema: {
        tags,
        summary: 'Delete an evaluation, or one version of it',
        operationId: 'deleteEvaluation',
        params: EvaluationParams,
        response: { 204: Type.Null(), ...problems(400, 404, 503) }
      }
    },
    async (request, reply) => {
      await app.evaluations.remove(request.params.reference)
      reply.code(204)
    }
  )
}

export default evaluations
