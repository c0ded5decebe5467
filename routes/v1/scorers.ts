import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { QualmError } from '../../src/errors.js'
import { problems } from '../../src/schemas/problem.js'
import { describeScorer, ScorerList, type ScorerDescription } from '../../src/schemas/scorer.js'

const tags = ['catalogue']

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/scorers',
    {
      schema: { operationId: 'listScorers', summary: 'All scorers', tags, response: { 200: ScorerList } }
    },
    async () => ({ object: 'list' as const, data: [...app.scorers.values()].map(describeScorer) })
  )

  app.get(
    '/scorers/:name',
    {
      schema: {
        operationId: 'getScorer',
        summary: 'One scorer',
        tags,
        params: Type.Object({ name: Type.String({ description: 'Name of the scorer.' }) }),
        response: { 200: Type.Unsafe<ScorerDescription>(Type.Ref('Scorer#')), ...problems(404, 414) }
      }
    },
    async (request) => {
      const scorer = app.scorers.get(request.params.name)
      if (scorer === undefined)
        throw new QualmError('QUALM_ERR_NOT_FOUND', 'No such scorer; GET /v1/scorers lists them.')
      return describeScorer(scorer)
    }
  )
}

export default routes
