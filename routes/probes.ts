import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { QualmError } from '../src/errors.js'
import { Liveness, Readiness, VersionAnswer } from '../src/schemas/operations.js'
import { problems } from '../src/schemas/problem.js'

const tags = ['operations']

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/livez',
    {
      schema: { operationId: 'getLiveness', summary: 'Whether the process lives', tags, response: { 200: Liveness } }
    },
    async () => ({ status: 'ok' as const })
  )

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether requests should be sent here',
        description: 'The problem of a 503 carries the same `checks`.',
        tags,
        response: { 200: Readiness, ...problems(503) }
      }
    },
    async () => {
      const readiness = await app.readiness()
      if (readiness.status !== 'not_ready') return readiness
      const { checks } = readiness
      const waiting = checks.filter(({ status }) => status === 'loading' || status === 'failed').map(({ name }) => name)
      const message = `Not ready: ${waiting.join(', ')}.`
      throw new QualmError('QUALM_ERR_NOT_READY', message, { retryAfterSeconds: 1, extra: { checks } })
    }
  )

  app.get(
    '/version',
    {
      schema: { operationId: 'getVersion', summary: 'What runs here', tags, response: { 200: VersionAnswer } }
    },
    async () => app.release
  )
}

export default routes
