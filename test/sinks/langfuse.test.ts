import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { ScoreRequest } from '../../src/schemas/score.js'
import type { DropReason } from '../../src/sinks/background-queue.js'
import { langfuseScores } from '../../src/sinks/langfuse-scores.js'
import { createLangfuseSink, type LangfuseOptions } from '../../src/sinks/langfuse.js'
import { fakeResult } from '../fixtures/fake-scoring.js'

const REQUEST: ScoreRequest = { prompt: 'secret question', metadata: { langfuse_trace_id: 'trace-1' } }
const SCORE = fakeResult().scores['g_nll']!

interface Posted {
  readonly path: string | undefined
  readonly authorization: string | undefined
  readonly body: Record<string, unknown>
}

/** A Langfuse that answers with these statuses in turn, then with 200. */
async function langfuse(t: Test, statuses: readonly number[] = []) {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const { url: path, headers } = request
      posted.push({ path, authorization: headers.authorization, body: JSON.parse(text) as Record<string, unknown> })
      response.writeHead(statuses[posted.length - 1] ?? 200, { 'content-type': 'application/json' }).end('{"id": "x"}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { posted, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function sinkTo(url: string, changes: Partial<LangfuseOptions> = {}) {
  const dropped: DropReason[] = []
  const onDropped = (reason: DropReason) => dropped.push(reason)
  const sink = createLangfuseSink({ url, publicKey: 'pk', secretKey: 'sk', onDropped, retryMs: 0, ...changes })
  return { sink, dropped }
}

t.test('every score with a value, the confidence and the action are told', async (t) => {
  const result = fakeResult({
    scores: { g_nll: SCORE, p_true: { ...SCORE, status: 'skipped', value: null, reason: 'needs_model_call' } },
    confidence: { value: 0.8, calibration: 'bot@2', scorer: 'g_nll' },
    decision: { action: 'review', policy: 'bot@1', score: null, reason: 'needs_logprobs' }
  })
  t.same(langfuseScores({ metadata: { langfuse_trace_id: 't', langfuse_observation_id: 'o' } }, result), [
    {
      id: 'score_1-qualm_g_nll',
      traceId: 't',
      observationId: 'o',
      name: 'qualm_g_nll',
      value: 0.42,
      dataType: 'NUMERIC',
      comment: 'nats, higher_is_more_uncertain'
    },
    {
      id: 'score_1-qualm_confidence',
      traceId: 't',
      observationId: 'o',
      name: 'qualm_confidence',
      value: 0.8,
      dataType: 'NUMERIC',
      comment: 'bot@2'
    },
    {
      id: 'score_1-qualm_action',
      traceId: 't',
      observationId: 'o',
      name: 'qualm_action',
      value: 'review',
      dataType: 'CATEGORICAL',
      comment: 'bot@1: needs_logprobs'
    }
  ])
})

t.test('a request that names no trace is told nowhere', async (t) => {
  t.same(langfuseScores({ prompt: 'x' }, fakeResult()), [])
  t.same(langfuseScores({ metadata: { langfuse_observation_id: 'o' } }, fakeResult()), [])
})

t.test('scores are posted below the base URL with the keys, and no text of the conversation', async (t) => {
  const { posted, url } = await langfuse(t)
  const { sink, dropped } = sinkTo(`${url}/base`)
  sink.offer(REQUEST, fakeResult())
  await sink.close()
  t.match(posted, [
    {
      path: '/base/api/public/scores',
      authorization: `Basic ${Buffer.from('pk:sk').toString('base64')}`,
      body: { traceId: 'trace-1', name: 'qualm_g_nll', value: 0.42 }
    }
  ])
  t.notMatch(JSON.stringify(posted), /secret|Canberra/)
  t.same(dropped, [])
})

t.test('a fault that may pass is tried once more under the same id', async (t) => {
  const { posted, url } = await langfuse(t, [503])
  const { sink, dropped } = sinkTo(url)
  sink.offer(REQUEST, fakeResult())
  await sink.close()
  t.same(
    posted.map(({ body }) => body['id']),
    ['score_1-qualm_g_nll', 'score_1-qualm_g_nll']
  )
  t.same(dropped, [])
})

t.test('a refusal is not tried again and is counted', async (t) => {
  const { posted, url } = await langfuse(t, [401])
  const { sink, dropped } = sinkTo(url)
  sink.offer(REQUEST, fakeResult())
  await sink.close()
  t.equal(posted.length, 1)
  t.same(dropped, ['failed'])
})

t.test('nobody there is counted and throws nothing', async (t) => {
  const { sink, dropped } = sinkTo('http://127.0.0.1:9')
  sink.offer(REQUEST, fakeResult())
  await sink.close()
  t.same(dropped, ['failed'])
})

t.test('beyond the limit the oldest are dropped', async (t) => {
  const { posted, url } = await langfuse(t)
  const { sink, dropped } = sinkTo(url, { limit: 2 })
  for (let i = 0; i < 9; i++) sink.offer(REQUEST, fakeResult({ id: `score_${i}` }))
  await sink.close()
  // Four are on their way at once; of the five others two may wait.
  t.same(dropped, ['full', 'full', 'full'])
  t.same(
    posted.map(({ body }) => body['id']).sort(),
    [0, 1, 2, 3, 7, 8].map((i) => `score_${i}-qualm_g_nll`)
  )
})

t.test('what cannot be sent in time at the end is counted, and nothing is taken afterwards', async (t) => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { sink, dropped } = sinkTo(url, { flushMs: 1 })
  for (let i = 0; i < 5; i++) sink.offer(REQUEST, fakeResult({ id: `score_${i}` }))
  await sink.close()
  t.same(dropped[0], 'closed')
  sink.offer(REQUEST, fakeResult())
  t.ok(dropped.filter((reason) => reason === 'closed').length >= 2)
})
