import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '../../src/schemas/problem.js'
import { Feedback, FeedbackReceipt } from '../../src/schemas/watch.js'

const NDJSON = 'application/x-ndjson'

const schema = {
  tags: ['policies'],
  summary: 'Tell whether answers were right',
  description: [
    'A label for an answer that a policy decided on. Labels are kept and feed the watch over the policy: when they show',
    'a larger error than promised, the guarantee is no longer valid and every decision is review. They never change a',
    `policy. With \`${NDJSON}\` every line is one label and is answered by one line.`
  ].join(' '),
  operationId: 'sendFeedback',
  body: { content: { 'application/json': { schema: Feedback }, [NDJSON]: { schema: { description: 'One a line.' } } } },
  response: {
    202: {
      description: 'The label is kept, or was there.',
      content: {
        'application/json': { schema: FeedbackReceipt },
        [NDJSON]: { schema: { description: 'One receipt or error a line.' } }
      }
    },
    ...problems(400, 404, 409, 413, 415, 503)
  }
}

/** `POST /v1/feedback`: labels that come late. */
const feedback: FastifyPluginAsyncTypebox = async (app) => {
  app.addContentTypeParser(NDJSON, async (_request: unknown, payload: unknown) => payload)

  app.post('/feedback', { schema }, async (request, reply) => {
    reply.code(202)
    const answer = (body: Feedback) => app.feedback.accept(body)
    if (request.mediaType === NDJSON) return reply.lines({ schema: Feedback, resultSchema: FeedbackReceipt, answer })
    return answer(request.body as Feedback)
  })
}

export default feedback
