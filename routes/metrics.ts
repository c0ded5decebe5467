import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        summary: 'Metrics for Prometheus',
        tags: ['operations'],
        response: {
          200: { description: "Prometheus' text format.", content: { 'text/plain': { schema: Type.String() } } }
        }
      }
    },
    async (_request, reply) => reply.type(app.metrics.contentType).send(await app.metrics.render())
  )
}

export default routes
