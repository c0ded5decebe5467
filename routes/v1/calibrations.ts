import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import {
  Calibration,
  CalibrationList,
  CalibrationParams,
  CalibrationReport,
  CalibrationRequest
} from '../../src/schemas/calibration.js'
import { MAX_EXAMPLES } from '../../src/schemas/policy.js'
import { problems } from '../../src/schemas/problem.js'

const NDJSON = 'application/x-ndjson'
const UPLOAD = { schema: CalibrationRequest, list: 'examples', most: MAX_EXAMPLES }

const tags = ['calibrations']

const creation = {
  tags,
  summary: 'Make a calibration from labelled examples',
  operationId: 'createCalibration',
  description: [
    'Fits a map from the score of one scorer, or of several together, to the probability that the answer is right.',
    `With \`${NDJSON}\` the first line is the body without \`examples\`, and each further line is one example.`
  ].join('\n'),
  body: {
    content: {
      'application/json': { schema: CalibrationRequest },
      [NDJSON]: { schema: { description: 'The body without `examples`, then one example a line.' } }
    }
  },
  response: { 201: Calibration, ...problems(400, 404, 413, 415, 422, 503) }
}

/** `/v1/calibrations`: scores turned into the probability of being right, from labelled examples. */
const calibrations: FastifyPluginAsyncTypebox = async (app) => {
  app.addContentTypeParser(NDJSON, async (_request: unknown, payload: unknown) => payload)

  app.post('/calibrations', { schema: creation }, async (request, reply) => {
    const isUpload = request.mediaType === NDJSON
    const body = isUpload ? await reply.upload<CalibrationRequest>(UPLOAD) : (request.body as CalibrationRequest)
    const calibration = await app.calibrations.create(body, reply.context().signal)
    reply.code(201).header('location', `/v1/calibrations/${calibration.name}@${calibration.version}`)
    return calibration
  })

  app.get(
    '/calibrations',
    {
      schema: {
        tags,
        summary: 'List calibrations',
        operationId: 'listCalibrations',
        response: { 200: CalibrationList, ...problems(503) }
      }
    },
    async () => app.calibrations.list()
  )

  app.get(
    '/calibrations/:reference',
    {
      schema: {
        tags,
        summary: 'Show a calibration',
        operationId: 'getCalibration',
        params: CalibrationParams,
        response: { 200: Calibration, ...problems(400, 404, 503) }
      }
    },
    async (request) => app.calibrations.get(request.params.reference)
  )

  app.get(
    '/calibrations/:reference/report',
    {
      schema: {
        tags,
        summary: 'Show how a calibration did on its examples',
        operationId: 'getCalibrationReport',
        params: CalibrationParams,
        response: { 200: CalibrationReport, ...problems(400, 404, 503) }
      }
    },
    async (request) => app.calibrations.report(request.params.reference)
  )

  app.delete(
    '/calibrations/:reference',
    {
      schema: {
        tags,
        summary: 'Delete a calibration, or one version of it',
        operationId: 'deleteCalibration',
        params: CalibrationParams,
        response: { 204: Type.Null(), ...problems(400, 404, 503) }
      }
    },
    async (request, reply) => {
      await app.calibrations.remove(request.params.reference)
      reply.code(204)
    }
  )
}

export default calibrations
