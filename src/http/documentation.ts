import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { VERSION } from '../version.js'

const TAGS = [
  { name: 'scores', description: 'How far an answer can be trusted.' },
  { name: 'policies', description: 'Thresholds fitted from labelled scores.' },
  { name: 'catalogue', description: 'Scorers and models.' },
  { name: 'operations', description: 'Probes, metrics and the contract itself.' }
]

/** Collects the route schemas as OpenAPI 3.1 and serves a page that shows them at /docs. Register it before the routes. */
export async function documentRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Qualm',
        version: VERSION.version,
        description: 'Says how far an LLM answer can be trusted, and what to do about it.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
      },
      servers: [{ url: '/' }],
      security: [],
      tags: TAGS
    },
    refResolver: { buildLocalReference: (schema, _base, _fragment, i) => String(schema['$id'] ?? `schema-${i}`) }
  })
  await app.register(swaggerUi, { routePrefix: '/docs', uiConfig: { deepLinking: false } })
}
