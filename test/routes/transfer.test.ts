import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { openStore } from '../../src/store/store.js'
import { onBothSides } from '../fixtures/sides.js'
import { build } from '../helper.js'

interface File {
  readonly documents: { name: string; version: number; body: Record<string, unknown> }[]
}

async function app(t: Test, place: string): Promise<FastifyInstance> {
  const store = await openStore(place)
  t.teardown(() => store.close())
  return build(t, { store })
}

const examples = Array.from({ length: 100 }, (_, score) => ({ score, correct: score < 70 }))
const post = (server: FastifyInstance, url: string, payload: object) => server.inject({ method: 'POST', url, payload })
const exported = async (server: FastifyInstance, query = '') => (await server.inject(`/v1/export${query}`)).json<File>()

async function policy(server: FastifyInstance, name = 'bot') {
  const objective = { kind: 'selective_error', target: 0.1 }
  return post(server, '/v1/policies', { name, scorer: 'g_nll', examples, objective })
}

async function calibration(server: FastifyInstance, name = 'bot') {
  return post(server, '/v1/calibrations', { name, scorer: 'g_nll', method: 'platt', examples })
}

onBothSides(t, async (t, side) => {
  t.test(
    'policies and calibrations move to another service as they are, and moving them again changes nothing',
    async (t) => {
      const [here, there] = [await app(t, await side.place(t)), await app(t, await side.place(t))]
      t.equal((await policy(here)).statusCode, 201)
      t.equal((await policy(here)).statusCode, 201)
      t.equal((await calibration(here)).statusCode, 201)
      const file = await exported(here)
      t.match(file, {
        object: 'export',
        format: 1,
        documents: [
          { kind: 'calibration', name: 'bot', version: 1, digest: /^[0-9a-f]{64}$/ },
          { kind: 'policy', name: 'bot', version: 1, body: { scorer: 'g_nll', answered_share: Number } },
          { kind: 'policy', name: 'bot', version: 2 }
        ]
      })
      const first = await post(there, '/v1/import', file)
      t.equal(first.statusCode, 200)
      t.match(first.json(), { object: 'import', documents: Array(3).fill({ outcome: 'created' }) })
      const again = await post(there, '/v1/import', file)
      t.match(again.json(), { documents: Array(3).fill({ outcome: 'unchanged' }) })
      t.strictSame(await exported(there), file)
      for (const path of ['/v1/policies/bot@1', '/v1/policies/bot', '/v1/calibrations/bot']) {
        t.strictSame((await there.inject(path)).json(), (await here.inject(path)).json(), path)
      }
    }
  )

  t.test('a version that stands for something else is a conflict, and nothing is imported', async (t) => {
    const [here, there] = [await app(t, await side.place(t)), await app(t, await side.place(t))]
    await policy(here, 'a')
    await policy(here)
    await calibration(there)
    await policy(there)
    const refused = await post(there, '/v1/import', await exported(here))
    t.equal(refused.statusCode, 409)
    t.match(refused.json(), { code: 'QUALM_ERR_IMPORT_CONFLICT', errors: [{ pointer: '/documents/1' }] })
    t.equal((await there.inject('/v1/policies/a')).statusCode, 404)
  })
})

t.test('an imported policy decides as it did', async (t) => {
  const root = t.testdir({ here: {}, there: {} })
  const [here, there] = [await app(t, join(root, 'here')), await app(t, join(root, 'there'))]
  await policy(here)
  await post(there, '/v1/import', await exported(here))
  const request = { prompt: 'q', scorers: ['g_nll', 'conformal_abstention'], policy: 'bot', seed: 1 }
  const decided = (await post(there, '/v1/score', request)).json<Record<string, object>>()
  t.match(decided, { decision: { policy: 'bot@1' } })
  const before = (await post(here, '/v1/score', request)).json<Record<string, object>>()
  t.strictSame(decided['decision'], before['decision'])
  t.strictSame(decided['scores'], before['scores'])
})

t.test('one name or one version is exported alone, and an unknown one is not found', async (t) => {
  const server = await app(t, t.testdir())
  await policy(server, 'a')
  await policy(server)
  await policy(server)
  await calibration(server)
  const count = async (query: string) => (await exported(server, query)).documents.length
  t.equal(await count(''), 4)
  t.equal(await count('?kind=policy'), 3)
  t.equal(await count('?name=bot'), 3)
  t.equal(await count('?kind=policy&name=bot@2'), 1)
  t.match((await server.inject('/v1/export?name=nobody')).json(), { status: 404, code: 'QUALM_ERR_NOT_FOUND' })
  t.match((await server.inject('/v1/export?kind=secret')).json(), { status: 404 })
  t.match((await server.inject('/v1/export?names=bot')).json(), { status: 400 })
})

t.test('an empty store exports an empty file, which can be imported', async (t) => {
  const server = await app(t, t.testdir())
  const file = await exported(server)
  t.strictSame(file.documents, [])
  t.strictSame((await post(server, '/v1/import', file)).json(), { object: 'import', documents: [] })
})

t.test('a file that was edited by hand is refused with the place', async (t) => {
  const server = await app(t, t.testdir())
  await policy(server)
  const file = await exported(server)
  file.documents[0]!.body['threshold'] = 1e6
  const refused = await post(server, '/v1/import', file)
  t.equal(refused.statusCode, 422)
  t.match(refused.json(), { code: 'QUALM_ERR_DIGEST', errors: [{ pointer: '/documents/0/digest' }] })
})

t.test('another format, an unknown field or a name that no path can carry is refused', async (t) => {
  const server = await app(t, t.testdir())
  await policy(server)
  const file = await exported(server)
  const wrong = [
    { ...file, format: 2 },
    { ...file, note: 'x' },
    { ...file, documents: [{ ...file.documents[0], name: '../x' }] },
    { ...file, documents: [{ ...file.documents[0], version: 0 }] }
  ]
  for (const payload of wrong) t.equal((await post(server, '/v1/import', payload)).statusCode, 400)
})

t.test('without the store whatever needs it is a coded error, and scoring goes on', async (t) => {
  const corrupt = t.testdir({ 'qualm.db': 'no database '.repeat(400) })
  for (const place of [corrupt, 'postgres://qualm@127.0.0.1:1/qualm']) {
    const server = await app(t, place)
    const request = { prompt: 'q', scorers: ['g_nll'] }
    const gone = { status: 503, code: 'QUALM_ERR_STORE' }
    t.match((await server.inject('/v1/export')).json(), gone)
    t.match((await post(server, '/v1/score', { ...request, policy: 'bot' })).json(), gone)
    t.equal((await post(server, '/v1/score', request)).statusCode, 200)
    const { checks } = (await server.inject('/readyz')).json<{ checks: { name: string }[] }>()
    t.match(
      checks.find(({ name }) => name === 'store'),
      { status: 'degraded', detail: /backup|QUALM_STORE_URL/ }
    )
  }
})
