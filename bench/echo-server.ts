/** Fastify and nothing else: checks the body of `POST /v1/score` as the service does, and sends it back. */
import Fastify, { type FastifyServerOptions } from 'fastify'
import { buildValidator } from '../src/http/validators.js'
import { SHARED_SCHEMAS } from '../src/schemas/shared.js'

// Fastify types a validator as ajv's own function; it also takes one that returns the error to throw.
const schemaController = { compilersFactory: { buildValidator } } as unknown as NonNullable<
  FastifyServerOptions['schemaController']
>

const app = Fastify({ logger: false, schemaController })
for (const schema of SHARED_SCHEMAS) app.addSchema(schema)
app.get('/readyz', async () => ({ ready: true }))
app.post('/v1/score', { schema: { body: { $ref: 'ScoreRequest#' } } }, async (request) => request.body)
process.once('SIGTERM', () => {
  void app.close()
})
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
