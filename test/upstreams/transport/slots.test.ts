import t, { type Test } from 'tap'
import { json, startUpstream, type Answer } from '../../fixtures/upstream-server.js'
import { createTransport } from '../../../src/upstreams/transport/transport.js'
import { failure, LIMITS, never, text } from './under-test.js'

/** A server that answers a request when it is told to, and a client with so many places. */
async function setup(t: Test, limits: { readonly max_concurrency: number; readonly max_waiting?: number }) {
  const held: (() => void)[] = []
  const answer: Answer = (response, request) => {
    held.push(() => void json({})(response, request))
  }
  const server = await startUpstream(t, answer)
  const transport = createTransport({ url: server.url, limits: { ...LIMITS, ...limits } }, { apiKey: null })
  t.teardown(() => transport.close())
  const exchange = (name: string) => ({ path: `/${name}`, body: {} })
  return {
    server,
    transport,
    sample: (name: string) => transport.request(exchange(name), { signal: never() }),
    relay: async (name: string) => text((await transport.open(exchange(name), { signal: never() })).body),
    paths: () => server.requests.map(({ path }) => path.replace('/v1/', '')),
    answerNext: () => held.shift()?.(),
    /** Answers until so many have come and gone. */
    async answerAll(count: number) {
      for (let answered = server.requests.length - held.length; answered < count; answered += 1) {
        await server.arrived(answered + 1)
        held.shift()?.()
      }
    }
  }
}

t.test('samples leave a quarter of the places to relays', async (t) => {
  const { server, transport, sample, relay, paths, answerAll } = await setup(t, { max_concurrency: 4 })
  const samples = ['s1', 's2', 's3', 's4', 's5'].map(sample)
  await server.arrived(3)
  t.match(transport.stats(), { open: 3, waiting: 2 })
  const chat = relay('chat')
  await server.arrived(4)
  t.equal(paths()[3], 'chat')
  await answerAll(6)
  await Promise.all([...samples, chat])
  t.match(transport.stats(), { open: 0, waiting: 0, outcomes: { ok: 6 } })
})

t.test('a place that becomes free goes to a relay before the samples that came earlier', async (t) => {
  const { server, sample, relay, paths, answerNext, answerAll } = await setup(t, { max_concurrency: 2 })
  const first = [sample('s1'), sample('s2'), sample('s3')]
  await server.arrived(1)
  const chats = [relay('c1'), relay('c2')]
  await server.arrived(2)
  answerNext()
  await server.arrived(3)
  t.same(paths(), ['s1', 'c1', 'c2'])
  await answerAll(5)
  await Promise.all([...first, ...chats])
  t.same(paths().slice(3), ['s2', 's3'], 'those of a kind keep their order')
})

t.test('a single place serves both: a relay waits for the call that is open, and for no other', async (t) => {
  const { server, sample, relay, paths, answerAll } = await setup(t, { max_concurrency: 1 })
  const samples = ['s1', 's2', 's3'].map(sample)
  await server.arrived(1)
  const chat = relay('chat')
  await answerAll(4)
  await Promise.all([...samples, chat])
  t.same(paths(), ['s1', 'chat', 's2', 's3'])
})

t.test('samples that wait turn no relay away', async (t) => {
  const { server, sample, relay, answerAll } = await setup(t, { max_concurrency: 1, max_waiting: 1 })
  const samples = [sample('s1'), sample('s2')]
  await server.arrived(1)
  t.match(await failure(sample('s3')), { code: 'QUALM_ERR_QUEUE_FULL' })
  const chat = relay('chat')
  t.match(await failure(relay('another')), { code: 'QUALM_ERR_QUEUE_FULL' })
  await answerAll(3)
  await Promise.all([...samples, chat])
  t.equal(server.requests.length, 3)
})
