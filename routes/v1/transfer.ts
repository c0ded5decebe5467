import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '../../src/schemas/problem.js'
import { Export, ExportQuery, ImportResult } from '../../src/schemas/transfer.js'

const tags = ['transfer']

/** `/v1/export` and `/v1/import`: policies and calibrations as a file. */
const transfer: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/export',
    {
      schema: {
        tags,
        summary: 'Export policies and calibrations',
        description: 'Every version of every name, or of one. The answer is the body of `POST /v1/import`.',
        operationId: 'exportDocuments',
        querystring: ExportQuery,
        response: { 200: Export, ...problems(400, 404, 503) }
      }
    },
    async (request) => app.transfer.export(request.query)
  )

  app.post(
    '/import',
    {
      schema: {
        tags,
        summary: 'Import policies and calibrations',
        description:
          'All or none, under the versions of the file. Importing a file again changes nothing; a version that ' +
          'stands for something else here is a conflict.',
        operationId: 'importDocuments',
        body: Export,
        response: { 200: ImportResult, ...problems(400, 409, 413, 415, 422, 503) }
      }
    },
    async (request) => app.transfer.import(request.body)
  )
}

export default transfer
