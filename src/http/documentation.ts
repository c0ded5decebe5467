import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { VERSION } from '../version.js'

const TAGS = [
  { name: 'scores', description: 'How far an answer can be trusted.' },
  { name: 'policies', description: 'Thresholds fitted from labelled scores.' },
  { name: 'evaluations', description: 'How well scorers tell wrong answers from right ones.' },
  { name: 'transfer', description: 'Policies and calibrations as a file.' },
  { name: 'judges', description: 'What verdicts of fallible judges tell.' },
  { name: 'integrations', description: 'For other systems, in their own shapes. Experimental.' },
  { name: 'catalogue', description: 'Scorers and models.' },
  { name: 'operations', description: 'Probes, metrics and the contract itself.' }
]

const otherwise = {
  description: 'Any other problem, such as a path, a method or bytes that cannot be served.',
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } }
}

interface RouteSchema {
  readonly hide?: boolean
  readonly response?: Readonly<Record<string, unknown>>
}

/** Every operation may also be answered by the problems that the edge finds before a route is asked. */
function withOtherProblems<T extends RouteSchema>(schema: T): T {
  return schema.hide === true ? schema : { ...schema, response: { ...schema.response, default: otherwise } }
}

/** Collects the route schemas as OpenAPI 3.1 and shows them at /docs. Register it before the routes. */
/** A path whose last segment may hold slashes: a star to the router, an alias to readers. */
function withNamedRest({ schema, url }: { readonly schema: RouteSchema; readonly url: string }) {
  const { params } = schema as { readonly params?: { readonly properties?: Readonly<Record<string, object>> } }
  const rest = params?.properties?.['*']
  if (rest === undefined) return { schema, url }
  const named = { ...params, properties: { alias: rest }, required: ['alias'] }
  return { schema: { ...schema, params: named }, url: url.replace('*', ':alias') }
}

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
    transform: ({ schema, url }) => withNamedRest({ schema: withOtherProblems(schema as RouteSchema), url }),
    refResolver: { buildLocalReference: (schema, _base, _fragment, i) => String(schema['$id'] ?? `schema-${i}`) }
  })
  await app.register(async (pages) => {
    // A page needs its scripts and styles, which answers of data forbid.
    pages.addHook('onRequest', (_request, reply, done) => {
      reply.removeHeader('content-security-policy')
      done()
    })
    await pages.register(helmet, {
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
      strictTransportSecurity: false
    })
    await pages.register(swaggerUi, { routePrefix: '/docs', uiConfig: { deepLinking: false } })
  })
}
