/** What is known of a server, and how: by a probe at first use, and by its answers. */
import t from 'tap'
import { completion } from '../fixtures/completions.js'
import { createManualClock } from '../fixtures/manual-clock.js'
import { DRAWN, openUpstream, question } from '../fixtures/upstream-client.js'
import { json, problem, type Script } from '../fixtures/upstream-server.js'

const { signal } = new AbortController()
const TOKENS = [
  { text: 'Can', logprob: -0.1 },
  { text: 'berra', logprob: -0.3 }
]

t.test('log-probabilities that are null are a lack, and are not asked for again', async (t) => {
  const { upstream, bodies } = await openUpstream(t, json(completion({ text: 'Canberra' })))
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows, [{ tokens: null, lack: { status: 'skipped', reason: 'upstream_no_logprobs' } }])
  t.equal(upstream.known()?.logprobs, false)
  await upstream.generate(question(), { signal })
  t.notOk('logprobs' in bodies()[1]!)
})

t.test('what one answer taught is forgotten after a minute', async (t) => {
  const clock = createManualClock()
  const { upstream } = await openUpstream(
    t,
    [json(completion({ text: 'x' })), json(completion({ tokens: TOKENS }))],
    {},
    clock
  )
  await upstream.generate(question(), { signal })
  t.equal(upstream.known()?.logprobs, false)
  clock.advance(60_001)
  t.equal(upstream.known(), null)
  t.equal((await upstream.generate(question(), { signal })).rows[0]?.tokens?.length, 2)
})

t.test('a server that refuses log-probabilities is asked without', async (t) => {
  const refusal = problem(400, 'logprobs is not supported with this model')
  const { server, upstream } = await openUpstream(t, [refusal, json(completion({ text: 'Canberra' }))])
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows, [{ text: 'Canberra', tokens: null, lack: { reason: 'upstream_no_logprobs' } }])
  t.equal(server.requests.length, 2)
})

t.test('a server that ignores n is asked again for each missing sample, with seeds of their own', async (t) => {
  const { upstream, bodies } = await openUpstream(t, json(completion({ tokens: TOKENS })))
  const { rows } = await upstream.generate(question({ rows: [DRAWN, DRAWN, DRAWN, DRAWN] }), { signal })
  t.same(rows.map(({ index }) => index).toSorted(), [0, 1, 2, 3])
  const seeds = bodies().map(({ seed }) => seed)
  t.equal(new Set(seeds).size, seeds.length)
  t.equal(upstream.known()?.n, false)
})

t.test('fewer alternatives than are asked for are taken as they are offered', async (t) => {
  const { upstream, bodies } = await openUpstream(t, (response, asked) => {
    const { top_logprobs: top = 0 } = asked.body as { readonly top_logprobs?: number }
    const refusal = problem(400, 'Requested sample logprobs of 20, which is greater than max allowed: 5')
    return (top > 5 ? refusal : json(completion({ tokens: TOKENS })))(response, asked)
  })
  const { rows } = await upstream.generate(question({ topCount: 20 }), { signal })
  t.equal(rows[0]?.tokens?.length, 2)
  t.equal(upstream.known()?.topLogprobs, 5)
  await upstream.generate(question({ topCount: 20 }), { signal })
  t.same(
    bodies().map(({ top_logprobs: top }) => top),
    [20, 5, 5]
  )
})

t.test('a server that refuses n is asked for each', async (t) => {
  const { upstream } = await openUpstream(t, (response, asked) => {
    const { n = 1 } = asked.body as { readonly n?: number }
    const answer = n > 1 ? problem(400, 'Only one choice is allowed') : json(completion({ tokens: TOKENS }))
    return answer(response, asked)
  })
  const { rows } = await upstream.generate(question({ rows: [DRAWN, DRAWN, DRAWN] }), { signal })
  t.equal(rows.length, 3)
  t.equal(upstream.known()?.n, false)
})

t.test('at first use a server is asked what it can do, once for all who wait', async (t) => {
  const { upstream, server } = await openUpstream(t, json(completion({ tokens: TOKENS })), { probe: 'first_use' })
  await Promise.all([upstream.generate(question(), { signal }), upstream.generate(question(), { signal })])
  t.match(upstream.known(), { logprobs: true, n: false, dialect: 'openai' })
  const before = server.requests.length
  await upstream.generate(question(), { signal })
  t.equal(server.requests.length, before + 1)
})

t.test('a probe that fails leaves the answer to be drawn', async (t) => {
  const refusal = problem(404, 'not yet')
  const { upstream } = await openUpstream(t, [refusal, json(completion({ tokens: TOKENS }))], { probe: 'first_use' })
  t.equal((await upstream.generate(question(), { signal })).rows.length, 1)
})

t.test('one who leaves while the dialect is found out does not take it from the others', async (t) => {
  let release = (): void => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  const { upstream, server } = await openUpstream(
    t,
    async (response, asked) => {
      await gate
      await json({ data: [{ owned_by: 'vllm' }] })(response, asked)
    },
    { dialect: 'auto' }
  )
  const caller = new AbortController()
  const left = upstream.dialect(caller.signal)
  const stayed = upstream.dialect(signal)
  await server.arrived(1)
  caller.abort(new Error('left'))
  await t.rejects(left, { message: 'left' })
  release()
  t.equal(await stayed, 'vllm')
})

t.test('a chat that is sent on has the server asked beside it what it can do, once', async (t) => {
  const { upstream, server } = await openUpstream(t, json(completion({ tokens: TOKENS })), { probe: 'first_use' })
  const { body } = await upstream.relay('{"messages":[]}', { signal })
  for await (const part of body) t.ok(part.length > 0)
  await upstream.capabilities({ signal })
  const asked = server.requests.length
  await upstream.relay('{"messages":[]}', { signal })
  await server.arrived(asked + 1)
  t.equal(server.requests.length, asked + 1)
  t.match(upstream.known(), { logprobs: true })
})

t.test('one prompt that is refused does not make five calls of one for everybody', async (t) => {
  const { upstream, bodies } = await openUpstream(t, (response, asked) => {
    const { messages } = asked.body as { readonly messages: readonly { readonly content: string }[] }
    const answer =
      messages[0]!.content === 'long' ? problem(400, 'maximum context length') : json(completion({ n: 3, text: 'x' }))
    return answer(response, asked)
  })
  const rows = [DRAWN, DRAWN, DRAWN]
  const messages = [{ role: 'user' as const, content: 'long' }]
  await t.rejects(upstream.generate(question({ rows, messages }), { signal }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
  await upstream.generate(question({ rows }), { signal })
  const short = bodies().filter((body) => JSON.stringify(body['messages']) !== JSON.stringify(messages))
  t.match(short, [{ n: 3 }])
})

t.test('one who leaves during the first probe does not end it', async (t) => {
  let release = (): void => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  const { upstream, server } = await openUpstream(
    t,
    async (response, asked) => {
      await gate
      await json(completion({ tokens: TOKENS }))(response, asked)
    },
    { probe: 'first_use' }
  )
  const caller = new AbortController()
  const left = upstream.generate(question(), { signal: caller.signal })
  await server.arrived(1)
  caller.abort(new Error('left'))
  await t.rejects(left, { message: 'left' })
  release()
  await upstream.generate(question(), { signal })
  t.match(upstream.known(), { logprobs: true, dialect: 'openai' })
})

t.test('a first probe that is slow holds nobody for longer than two seconds', async (t) => {
  const clock = createManualClock()
  let calls = 0
  const answer = json(completion({ tokens: TOKENS }))
  const slow: Script = (response, asked) => (++calls === 1 ? undefined : answer(response, asked))
  const { upstream, server } = await openUpstream(t, slow, { probe: 'first_use' }, clock)
  const drawn = upstream.generate(question(), { signal })
  await server.arrived(1)
  clock.advance(2_000)
  t.equal((await drawn).rows.length, 1)
  t.equal((await upstream.generate(question(), { signal })).rows.length, 1)
})
