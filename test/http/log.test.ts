import t from 'tap'
import { build, captureLog } from '../helper.js'

const MARKER = 'xyzzy-marker'
const BODY = { prompt: MARKER, answer: MARKER, samples: [MARKER], metadata: { note: MARKER }, scorers: ['g_nll'] }

t.test('a request leaves one line at info: route, status, milliseconds, request id', async (t) => {
  const log = captureLog()
  const app = await build(t, { logStream: log.stream, config: { logLevel: 'info' } })
  await app.inject({ method: 'POST', url: '/v1/score?q=1', payload: BODY, headers: { 'x-request-id': 'r-1' } })
  t.equal(log.lines().length, 1)
  t.match(log.lines()[0], { level: 30, request_id: 'r-1', method: 'POST', route: '/v1/score', status: 200, ms: Number })
})

t.test('probes and scrapes leave no line at info', async (t) => {
  const log = captureLog()
  const app = await build(t, { logStream: log.stream, config: { logLevel: 'info' } })
  for (const url of ['/livez', '/readyz', '/version', '/metrics']) await app.inject({ method: 'GET', url })
  t.same(log.lines(), [])
})

t.test('nothing that a caller wrote reaches a log line, a metric or an error body', async (t) => {
  const log = captureLog()
  const app = await build(t, { logStream: log.stream, config: { logLevel: 'trace' } })
  const bodies = [BODY, { ...BODY, seed: MARKER }, { ...BODY, fill: MARKER }, `{"prompt": "${MARKER}`]
  for (const payload of bodies) {
    const response = await app.inject({
      method: 'POST',
      url: '/v1/score',
      payload,
      headers: { 'content-type': 'application/json', 'x-key': MARKER }
    })
    if (response.statusCode !== 200) t.notMatch(response.body, MARKER)
  }
  await app.inject({ method: 'GET', url: `/v1/${MARKER}?${MARKER}=1` })
  const metrics = await app.inject({ method: 'GET', url: '/metrics' })
  t.ok(log.lines().length >= bodies.length)
  t.notMatch(log.text(), MARKER)
  t.notMatch(metrics.body, MARKER)
})

t.test('bodies and results are logged when content logging is on', async (t) => {
  const log = captureLog()
  const app = await build(t, { logStream: log.stream, config: { logLevel: 'info', logContent: true } })
  await app.inject({ method: 'POST', url: '/v1/score', payload: BODY })
  const line = log.lines().find(({ msg }) => msg === 'content')
  t.match(line, { body: { prompt: MARKER }, result: { answer: { text: MARKER } } })
})

t.test('a refused request is logged with its code and stays one line', async (t) => {
  const log = captureLog()
  const app = await build(t, { logStream: log.stream, config: { logLevel: 'info' } })
  await app.inject({ method: 'GET', url: '/none%0d%0aforged', headers: { 'x-request-id': 'a\\r\\nforged' } })
  t.equal(log.lines().length, 1)
  t.match(log.lines()[0], { route: 'unmatched', status: 404, code: 'QUALM_ERR_NOT_FOUND' })
  t.notMatch(log.text(), /forged/)
})
