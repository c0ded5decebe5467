import t from 'tap'
import { ERRORS, QualmError, type ErrorCode } from '../../src/errors.js'
import { createFakeScoring } from '../fixtures/fake-scoring.js'
import { build, captureLog } from '../helper.js'

const BODY = { prompt: 'q', answer: 'a', scorers: ['g_nll'] }

/** Scoring that throws the code that a request carries in its `custom_id`. */
const throwing = await build(t, {
  scoring: createFakeScoring(({ custom_id }) => {
    throw new QualmError(custom_id as ErrorCode, 'What to do.', {
      errors: [{ pointer: '/scorers/0', message: 'here' }],
      retryAfterSeconds: 7,
      extra: { attainable: 0.2 }
    })
  })
})

for (const code of Object.keys(ERRORS) as ErrorCode[]) {
  t.test(`${code} becomes a problem document with its status`, async (t) => {
    const payload = { ...BODY, custom_id: code }
    const headers = { 'x-request-id': 'r1' }
    const response = await throwing.inject({ method: 'POST', url: '/v1/score', payload, headers })
    t.equal(response.statusCode, ERRORS[code][0])
    t.match(response.headers['content-type'], /^application\/problem\+json/)
    t.equal(response.headers['retry-after'], '7')
    t.same(response.json(), {
      attainable: 0.2,
      type: `urn:qualm:error:${code.slice('QUALM_ERR_'.length).toLowerCase()}`,
      title: ERRORS[code][1],
      status: ERRORS[code][0],
      detail: 'What to do.',
      instance: '/v1/score',
      code,
      request_id: 'r1',
      errors: [{ pointer: '/scorers/0', message: 'here' }]
    })
  })
}

t.test('the text of an unexpected error is neither sent nor logged, its place is', async (t) => {
  const log = captureLog()
  const scoring = createFakeScoring(() => {
    throw new TypeError('SECRET prompt')
  })
  const app = await build(t, { scoring, logStream: log.stream, config: { logLevel: 'trace' } })
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload: BODY })
  t.equal(response.statusCode, 500)
  t.equal(response.json().code, 'QUALM_ERR_INTERNAL')
  t.notMatch(response.body, /SECRET/)
  t.notMatch(log.text(), /SECRET/)
  const line = log.lines().find(({ msg }) => msg === 'request failed')
  t.match(line, { level: 50, request_id: response.headers['x-request-id'], err: { cause: { type: 'TypeError' } } })
  t.match((line?.['err'] as { cause: { stack: string } }).cause.stack, /problems\.test/)
})

t.test('the text of an unexpected error is logged when content may be logged', async (t) => {
  const log = captureLog()
  const scoring = createFakeScoring(() => {
    throw new TypeError('wrong kind')
  })
  const app = await build(t, { scoring, logStream: log.stream, config: { logLevel: 'info', logContent: true } })
  await app.inject({ method: 'POST', url: '/v1/score', payload: BODY })
  t.match(log.text(), /wrong kind/)
})

t.test('an abort that wraps a coded error is answered by that error', async (t) => {
  const scoring = createFakeScoring(() => {
    const cause = new QualmError('QUALM_ERR_QUEUE_TIMEOUT', 'Late.')
    throw Object.assign(new Error('aborted', { cause }), { name: 'AbortError' })
  })
  const app = await build(t, { scoring })
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload: BODY })
  t.equal(response.json().code, 'QUALM_ERR_QUEUE_TIMEOUT')
})
