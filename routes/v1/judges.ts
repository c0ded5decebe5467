import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AuditReport, AuditRequest, JudgesEstimate, JudgesRequest } from '../../src/schemas/judges.js'
import { problems } from '../../src/schemas/problem.js'

const tags = ['judges']

/** `/v1/judges`: what verdicts of fallible judges tell, and whether their decisions hold. */
const judges: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/judges',
    {
      schema: {
        tags,
        summary: 'Estimate true quality from verdicts of fallible judges',
        operationId: 'estimateJudges',
        body: JudgesRequest,
        response: { 200: JudgesEstimate, ...problems(400, 413, 415) }
      }
    },
    async (request, reply) => app.judges.estimate(request.body, reply.context().signal)
  )

  app.post(
    '/judges/audit',
    {
      schema: {
        tags,
        summary: 'Test binary decisions for bias by order, wording and negation',
        operationId: 'auditJudges',
        body: AuditRequest,
        response: { 200: AuditReport, ...problems(400, 413, 415) }
      }
    },
    async (request) => app.judges.audit(request.body)
  )
}

export default judges
