import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { problems } from '../../src/schemas/problem.js'
import { ScoreRequest, ScoreResult } from '../../src/schemas/score.js'

const NDJSON = 'application/x-ndjson'

const schema = {
  operationId: 'score',
  summary: 'Score an answer',
  description: [
    'Scores an answer that you supply or that Qualm generates.',
    'Whatever evidence is missing is gathered once for all scorers.',
    `With \`${NDJSON}\` every line is one request and is answered by one line, in the same order;`,
    'a bad line is answered by `{"custom_id", "line", "error": {problem}}` and the rest go on.'
  ].join('\n'),
  tags: ['scores'],
  body: {
    content: {
      'application/json': { schema: Type.Ref('ScoreRequest#') },
      [NDJSON]: { schema: { description: 'One ScoreRequest a line.' } }
    }
  },
  response: {
    200: {
      description: 'At least one scorer has a value, or the policy could decide.',
      headers: {
        'x-uncertainty-action': Type.String({ description: 'Action of the decision; only with a policy.' }),
        'x-uncertainty-confidence': Type.Number({ description: 'Confidence; only with a calibration.' })
      },
      content: {
        'application/json': { schema: Type.Ref('ScoreResult#') },
        [NDJSON]: { schema: { description: 'One ScoreResult or error a line.' } }
      }
    },
    ...problems(400, 404, 413, 415, 422, 500, 503)
  }
}

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.addContentTypeParser(NDJSON, async (_request: unknown, payload: unknown) => payload)

  app.post('/score', { schema }, async (request, reply) => {
    const context = reply.context()
    const answer = (body: ScoreRequest) => app.scoring.score(body, context)
    if (request.mediaType === NDJSON) return reply.lines({ schema: ScoreRequest, resultSchema: ScoreResult, answer })
    return reply.withHeaders(await answer(request.body as ScoreRequest))
  })
}

export default routes
