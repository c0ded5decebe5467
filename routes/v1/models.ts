import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { type ModelDescription, ModelList } from '../../src/schemas/model.js'
import { problems } from '../../src/schemas/problem.js'

const tags = ['catalogue']

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/models',
    { schema: { operationId: 'listModels', summary: 'All configured models', tags, response: { 200: ModelList } } },
    async () => ({ object: 'list' as const, data: app.catalogue.list() })
  )

  app.get(
    '/models/*',
    {
      schema: {
        operationId: 'getModel',
        summary: 'One model',
        description: 'An upstream is asked what it can do when that is not known yet.',
        tags,
        params: Type.Object({ '*': Type.String({ description: 'Alias of the model; it may contain slashes.' }) }),
        querystring: Type.Object(
          { fresh: Type.Optional(Type.Boolean({ description: 'Ask an upstream again. Default: false.' })) },
          { additionalProperties: false }
        ),
        response: { 200: Type.Unsafe<ModelDescription>(Type.Ref('Model#')), ...problems(400, 404) }
      }
    },
    async (request, reply) =>
      app.catalogue.retrieve(request.params['*'], {
        signal: reply.context().signal,
        fresh: request.query.fresh === true
      })
  )
}

export default routes
