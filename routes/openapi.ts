import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getOpenapi',
        summary: 'This contract',
        tags: ['operations'],
        response: { 200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1 document.' }) }
      }
    },
    async () => app.swagger()
  )
}

export default routes
