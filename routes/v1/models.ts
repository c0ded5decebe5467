import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { describeModel, ModelList } from '../../src/schemas/model.js'

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/models',
    {
      schema: {
        operationId: 'listModels',
        summary: 'All configured models',
        tags: ['catalogue'],
        response: { 200: ModelList }
      }
    },
    async () => ({
      object: 'list' as const,
      data: app.engine.models().map((model) => describeModel(model, app.startedAt))
    })
  )
}

export default routes
