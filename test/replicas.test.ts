/** Two services on one PostgreSQL: what is found on one acts on the other within a second. */
import t, { type Test } from 'tap'
import { askingAbout, policyNamed } from '../bench/replicas/policy.js'
import { PostgresServer, withoutPostgres } from './fixtures/postgres.js'
import { listeningServer } from './fixtures/server-process.js'

const MOST_MS = 1_000
const LABELS = 60

interface Answer {
  readonly id: string
  readonly decision: { readonly policy: string; readonly action: string; readonly reason?: string }
}

type Replica = (path: string, body: object) => Promise<Response>

async function replica(t: Test, storeUrl: string): Promise<Replica> {
  const settings = { QUALM_STORE_URL: storeUrl, QUALM_MODELS_DIR: t.testdirName, QUALM_LOG_LEVEL: 'info' }
  const { url } = await listeningServer(t, settings)
  const headers = { 'content-type': 'application/json' }
  return (path, body) => fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function score(one: Replica, logprob = -0.1): Promise<Answer> {
  return (await (await one('/v1/score', askingAbout(logprob, 'bot'))).json()) as Answer
}

t.test('on two services', { skip: withoutPostgres }, async (t) => {
  const server = await PostgresServer.start(t)
  const storeUrl = await server.database()
  const one = await replica(t, storeUrl)
  const two = await replica(t, storeUrl)

  t.test('a policy made on one decides on the other at once, and so does its next version', async (t) => {
    for (const version of [1, 2]) {
      t.equal((await one('/v1/policies', policyNamed('bot'))).status, 201)
      t.match((await score(two)).decision, { policy: `bot@${String(version)}`, action: 'accept' })
    }
  })

  t.test('a promise that labels break on one is broken on the other within a second', async (t) => {
    t.match((await score(two)).decision, { action: 'accept' })
    for (let label = 0; label < LABELS; label++) {
      const { id } = await score(one)
      t.equal((await one('/v1/feedback', { score_id: id, correct: false })).status, 202)
    }
    const start = performance.now()
    let decision = (await score(two)).decision
    while (decision.action === 'accept' && performance.now() - start < MOST_MS) decision = (await score(two)).decision
    t.match(decision, { action: 'review', reason: 'guarantee_broken' })
  })
})
