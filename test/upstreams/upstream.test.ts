/** An upstream behind the engine's interface, on a server that behaves and misbehaves as real ones do. */
import t, { type Test } from 'tap'
import type { GenerateRequest } from '../../src/engine/engine.js'
import { Unsupported } from '../../src/errors.js'
import { createTransport } from '../../src/upstreams/transport/transport.js'
import type { UpstreamSettings } from '../../src/upstreams/settings.js'
import { createUpstream } from '../../src/upstreams/upstream.js'
import { createManualClock } from '../fixtures/manual-clock.js'
import { completion } from '../fixtures/completions.js'
import { hang, hiddenError, json, problem, startUpstream, type Script } from '../fixtures/upstream-server.js'

const signal = new AbortController().signal
const TOKENS = [
  { text: 'Can', logprob: -0.1 },
  { text: 'berra', logprob: -0.3 }
]
const GREEDY = { temperature: 0, topP: 1, topK: null }
const DRAWN = { temperature: 1, topP: 1, topK: null }

const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  model: 'bot',
  messages: [{ role: 'user', content: 'Capital of Australia?' }],
  rows: [GREEDY],
  maxTokens: 8,
  stop: [],
  seed: 7,
  topCount: 2,
  ...changes
})

async function open(t: Test, script: Script, settings: Partial<UpstreamSettings> = {}, clock = createManualClock()) {
  const server = await startUpstream(t, script)
  const all: UpstreamSettings = {
    url: `${server.url}/v1`,
    dialect: 'openai',
    model: 'big',
    probe: 'on_demand',
    ...settings
  }
  const transport = createTransport(all, { apiKey: null })
  const upstream = createUpstream({ alias: 'bot', settings: all, transport, clock })
  t.teardown(() => upstream.close())
  return { server, upstream }
}

const bodies = (server: { readonly requests: readonly { readonly body?: unknown }[] }) =>
  server.requests.map(({ body }) => body as Record<string, unknown>)

t.test('a greedy row has the tokens that the server told, under its own name of the model', async (t) => {
  const { server, upstream } = await open(t, json(completion({ tokens: TOKENS })))
  const { rows, promptTokens } = await upstream.generate(request(), { signal })
  t.match(rows, [{ index: 0, text: 'Canberra', finishReason: 'stop', basis: 'unknown' }])
  t.same(
    rows[0]?.tokens?.map(({ logprob }) => logprob),
    [-0.1, -0.3]
  )
  t.equal(promptTokens, 7)
  t.match(bodies(server)[0], { model: 'big', temperature: 0, logprobs: true, top_logprobs: 2, max_tokens: 8 })
})

t.test('log-probabilities that are null are a lack, and are not asked for again', async (t) => {
  const { server, upstream } = await open(t, json(completion({ text: 'Canberra' })))
  const { rows } = await upstream.generate(request(), { signal })
  t.match(rows, [{ tokens: null, lack: { status: 'skipped', reason: 'upstream_no_logprobs' } }])
  t.equal(upstream.known()?.logprobs, false)
  await upstream.generate(request(), { signal })
  t.notOk('logprobs' in bodies(server)[1]!)
})

t.test('what one answer taught is forgotten after a minute', async (t) => {
  const clock = createManualClock()
  const { upstream } = await open(t, [json(completion({ text: 'x' })), json(completion({ tokens: TOKENS }))], {}, clock)
  await upstream.generate(request(), { signal })
  t.equal(upstream.known()?.logprobs, false)
  clock.advance(60_001)
  t.equal(upstream.known(), null)
  t.equal((await upstream.generate(request(), { signal })).rows[0]?.tokens?.length, 2)
})

t.test('a server that refuses log-probabilities is asked without', async (t) => {
  const refusal = problem(400, 'logprobs is not supported with this model')
  const { server, upstream } = await open(t, [refusal, json(completion({ text: 'Canberra' }))])
  const { rows } = await upstream.generate(request(), { signal })
  t.match(rows, [{ text: 'Canberra', tokens: null, lack: { reason: 'upstream_no_logprobs' } }])
  t.equal(server.requests.length, 2)
})

t.test('samples come in one call where the server gives several', async (t) => {
  const { server, upstream } = await open(t, json(completion({ texts: ['a', 'b', 'c'], tokens: null })))
  const { rows } = await upstream.generate(request({ rows: [DRAWN, DRAWN, DRAWN] }), { signal })
  t.same(
    rows.map(({ text }) => text),
    ['a', 'b', 'c']
  )
  t.match(bodies(server), [{ n: 3, temperature: 1 }])
})

t.test('a server that ignores n is asked again for each missing sample, with seeds of their own', async (t) => {
  const { server, upstream } = await open(t, json(completion({ tokens: TOKENS })))
  const { rows } = await upstream.generate(request({ rows: [DRAWN, DRAWN, DRAWN, DRAWN] }), { signal })
  t.same(rows.map(({ index }) => index).toSorted(), [0, 1, 2, 3])
  const seeds = bodies(server).map(({ seed }) => seed)
  t.equal(new Set(seeds).size, seeds.length)
  t.equal(upstream.known()?.n, false)
})

t.test('the same request has the same seeds, and later rows continue them', async (t) => {
  const { server, upstream } = await open(t, json(completion({ tokens: TOKENS })), { dialect: 'ollama' })
  await upstream.generate(request({ rows: [DRAWN, DRAWN] }), { signal })
  await upstream.generate(request({ rows: [DRAWN], firstRow: 1 }), { signal })
  const seeds = bodies(server).map(({ seed }) => seed)
  t.ok(seeds.slice(0, 2).includes(seeds[2]))
})

t.test('rows are told as their calls come back', async (t) => {
  const { upstream } = await open(t, json(completion({ tokens: TOKENS })), { dialect: 'llamacpp' })
  const seen: number[] = []
  await upstream.generate(request({ rows: [GREEDY, DRAWN, DRAWN] }), { signal, onRow: ({ index }) => seen.push(index) })
  t.same(seen.toSorted(), [0, 1, 2])
})

t.test('samples are drawn from the chat request itself', async (t) => {
  const { server, upstream } = await open(t, json(completion({ tokens: TOKENS })))
  const chatBody = { messages: [{ role: 'user', content: 'Hi' }], tools: [{ type: 'function' }], stream: true }
  await upstream.generate(request({ rows: [DRAWN], chatBody }), { signal })
  t.match(bodies(server)[0], { model: 'big', tools: [{ type: 'function' }], messages: [{ content: 'Hi' }] })
  t.notOk('stream' in bodies(server)[0]!)
})

t.test('an error with status 200 and an answer without choices are failures', async (t) => {
  for (const script of [hiddenError(), json({ choices: [] }), json([])]) {
    const { upstream } = await open(t, script, { limits: { retries: 0 } })
    await t.rejects(upstream.generate(request(), { signal }), { code: 'QUALM_ERR_UPSTREAM' })
  }
})

t.test('text that the server thinks aloud is not the answer', async (t) => {
  const answer = completion({ tokens: TOKENS })
  const [choice] = answer.choices
  const thinking = { ...choice, message: { ...choice!.message, reasoning_content: 'Let me see.' } }
  const { upstream } = await open(t, json({ ...answer, choices: [thinking] }))
  const { rows } = await upstream.generate(request(), { signal })
  t.match(rows, [{ text: 'Canberra', tokens: [{ text: 'Can' }, { text: 'berra' }] }])
})

t.test('basis is what the operator says, else what the dialect knows', async (t) => {
  const answer = json(completion({ tokens: TOKENS }))
  const basisOf = async (settings: Partial<UpstreamSettings>, decoding = GREEDY) => {
    const { upstream } = await open(t, answer, settings)
    return (await upstream.generate(request({ rows: [decoding] }), { signal })).rows[0]?.basis
  }
  t.equal(await basisOf({}), 'unknown')
  t.equal(await basisOf({ basis: 'pre_sampling' }), 'pre_sampling')
  t.equal(await basisOf({ dialect: 'vllm' }), 'pre_sampling')
  t.equal(await basisOf({ dialect: 'tgi' }, { ...DRAWN, temperature: 0.7 }), 'post_sampling')
})

t.test('what a server does not offer is unsupported, never a number', async (t) => {
  const { upstream } = await open(t, json(completion({ tokens: TOKENS })))
  const { messages } = request()
  const reading = { model: 'bot', messages, text: 'Canberra', includeEnd: true, topCount: 0 }
  const options = { model: 'bot', messages, prefill: 'Answer:', options: [['A'], ['B']] }
  const reasonOf = (work: Promise<unknown>) =>
    work.then(
      () => 'a number',
      (error: unknown) => (error instanceof Unsupported ? error.reason : error)
    )
  t.equal(await reasonOf(upstream.scoreText(reading, { signal })), 'upstream_no_forcing')
  t.equal(await reasonOf(upstream.optionProbabilities(options, { signal })), 'upstream_options_unseen')
  t.equal(await reasonOf(upstream.generate(request({ prefill: 'It is' }), { signal })), 'upstream_no_prefill')
  const cut = { ...DRAWN, topK: 5 }
  t.equal(await reasonOf(upstream.generate(request({ rows: [cut] }), { signal })), 'upstream_no_top_k')
})

t.test('a beginning of the answer is asked for as the end of the question', async (t) => {
  const { upstream, server } = await open(t, json(completion({ tokens: [{ text: 'A', logprob: -0.0001 }] })))
  const { messages } = request()
  await upstream.optionProbabilities(
    { model: 'bot', messages, prefill: 'Answer:', options: [['A'], ['B']] },
    { signal }
  )
  t.match(bodies(server)[0], { messages: [{ role: 'user', content: 'Capital of Australia?\nAnswer:' }], max_tokens: 1 })
})

t.test('fewer alternatives than are asked for are taken as they are offered', async (t) => {
  const { upstream, server } = await open(t, (response, asked) => {
    const { top_logprobs: top = 0 } = asked.body as { readonly top_logprobs?: number }
    const refusal = problem(400, 'Requested sample logprobs of 20, which is greater than max allowed: 5')
    return (top > 5 ? refusal : json(completion({ tokens: TOKENS })))(response, asked)
  })
  const { rows } = await upstream.generate(request({ topCount: 20 }), { signal })
  t.equal(rows[0]?.tokens?.length, 2)
  t.equal(upstream.known()?.topLogprobs, 5)
  await upstream.generate(request({ topCount: 20 }), { signal })
  t.same(
    bodies(server).map(({ top_logprobs: top }) => top),
    [20, 5, 5]
  )
})

t.test('a server that refuses n is asked for each', async (t) => {
  const { upstream } = await open(t, (response, asked) => {
    const { n = 1 } = asked.body as { readonly n?: number }
    const answer = n > 1 ? problem(400, 'Only one choice is allowed') : json(completion({ tokens: TOKENS }))
    return answer(response, asked)
  })
  const { rows } = await upstream.generate(request({ rows: [DRAWN, DRAWN, DRAWN] }), { signal })
  t.equal(rows.length, 3)
  t.equal(upstream.known()?.n, false)
})

t.test('decoding of the client does not reach the samples', async (t) => {
  const { upstream, server } = await open(t, json(completion({ tokens: TOKENS })))
  const { messages } = request()
  const chatBody = { messages, n: 5, top_p: 0.2, top_k: 3, stop: ['x'], temperature: 0.1, top_logprobs: 9, user: 'u' }
  await upstream.generate(request({ rows: [DRAWN], chatBody }), { signal })
  const { n, top_k: topK, stop, ...rest } = bodies(server)[0]!
  t.same([n, topK, stop], [undefined, undefined, undefined])
  t.match(rest, { top_p: 1, temperature: 1, top_logprobs: 2, user: 'u' })
})

t.test('a request has eight calls open at most, and the first failure ends them', async (t) => {
  const { upstream, server } = await open(t, hang, { dialect: 'llamacpp', limits: { retries: 0 } })
  const rows = Array.from({ length: 20 }, () => DRAWN)
  const drawn = upstream.generate(request({ rows }), { signal })
  await server.arrived(8)
  const closed = server.nextClose()
  const caller = new AbortController()
  const other = upstream.generate(request({ rows: [GREEDY] }), { signal: caller.signal })
  await server.arrived(9)
  t.equal(server.requests.length, 9)
  caller.abort(new Error('left'))
  await t.rejects(other, { message: 'left' })
  await closed
  await server.stop()
  await t.rejects(drawn, { code: 'QUALM_ERR_UPSTREAM' })
})

t.test('at first use a server is asked what it can do, once for all who wait', async (t) => {
  const { upstream, server } = await open(t, json(completion({ tokens: TOKENS })), { probe: 'first_use' })
  await Promise.all([upstream.generate(request(), { signal }), upstream.generate(request(), { signal })])
  t.match(upstream.known(), { logprobs: true, n: false, dialect: 'openai' })
  const before = server.requests.length
  await upstream.generate(request(), { signal })
  t.equal(server.requests.length, before + 1)
})

t.test('a probe that fails leaves the answer to be drawn', async (t) => {
  const refusal = problem(404, 'not yet')
  const { upstream } = await open(t, [refusal, json(completion({ tokens: TOKENS }))], { probe: 'first_use' })
  t.equal((await upstream.generate(request(), { signal })).rows.length, 1)
})

t.test('one who leaves while the dialect is found out does not take it from the others', async (t) => {
  let release = (): void => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  const { upstream, server } = await open(
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

t.test('options are read from the alternatives of the first token', async (t) => {
  const tokens = [
    {
      text: 'A',
      logprob: Math.log(0.6),
      top: [
        ['A', Math.log(0.6)],
        ['B', Math.log(0.3)]
      ] as const
    }
  ]
  const { upstream } = await open(t, json(completion({ tokens })))
  const asked = {
    model: 'bot',
    messages: request().messages,
    prefill: '',
    options: [
      ['A', ' A'],
      ['B', ' B']
    ]
  }
  const { probabilities } = await upstream.optionProbabilities(asked, { signal })
  t.ok(Math.abs(probabilities[0]! - 0.6) < 1e-9 && Math.abs(probabilities[1]! - 0.3) < 1e-9)
})

t.test('an aborted call closes its connection', async (t) => {
  const { upstream, server } = await open(t, hang)
  const caller = new AbortController()
  const closed = server.nextClose()
  const asked = upstream.generate(request(), { signal: caller.signal })
  await server.arrived(1)
  caller.abort(new Error('left'))
  await t.rejects(asked, { message: 'left' })
  await closed
})

t.test('it describes itself as a model that stands elsewhere', async (t) => {
  const prices = { input_per_million: 1, output_per_million: 2 }
  const { upstream } = await open(t, json({}), { prices, context_tokens: 4096 })
  t.match(upstream.info(), {
    id: 'bot',
    role: 'language',
    source: 'upstream',
    state: 'ready',
    digest: null,
    contextTokens: 4096,
    prices: { inputPerMillion: 1, outputPerMillion: 2, currency: 'USD' }
  })
})

t.test('a chat that is sent on has the server asked beside it what it can do, once', async (t) => {
  const { upstream, server } = await open(t, json(completion({ tokens: TOKENS })), { probe: 'first_use' })
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
  const { upstream, server } = await open(t, (response, asked) => {
    const { messages } = asked.body as { readonly messages: readonly { readonly content: string }[] }
    const answer =
      messages[0]!.content === 'long' ? problem(400, 'maximum context length') : json(completion({ n: 3, text: 'x' }))
    return answer(response, asked)
  })
  const rows = [DRAWN, DRAWN, DRAWN]
  const messages = [{ role: 'user' as const, content: 'long' }]
  await t.rejects(upstream.generate(request({ rows, messages }), { signal }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
  await upstream.generate(request({ rows }), { signal })
  const short = bodies(server).filter((body) => JSON.stringify(body['messages']) !== JSON.stringify(messages))
  t.match(short, [{ n: 3 }])
})

t.test('one who leaves during the first probe does not end it', async (t) => {
  let release = (): void => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  const { upstream, server } = await open(
    t,
    async (response, asked) => {
      await gate
      await json(completion({ tokens: TOKENS }))(response, asked)
    },
    { probe: 'first_use' }
  )
  const caller = new AbortController()
  const left = upstream.generate(request(), { signal: caller.signal })
  await server.arrived(1)
  caller.abort(new Error('left'))
  await t.rejects(left, { message: 'left' })
  release()
  await upstream.generate(request(), { signal })
  t.match(upstream.known(), { logprobs: true, dialect: 'openai' })
})

t.test('a first probe that is slow holds nobody for longer than two seconds', async (t) => {
  const clock = createManualClock()
  let calls = 0
  const answer = json(completion({ tokens: TOKENS }))
  const slow: Script = (response, asked) => (++calls === 1 ? undefined : answer(response, asked))
  const { upstream, server } = await open(t, slow, { probe: 'first_use' }, clock)
  const drawn = upstream.generate(request(), { signal })
  await server.arrived(1)
  clock.advance(2_000)
  t.equal((await drawn).rows.length, 1)
  t.equal((await upstream.generate(request(), { signal })).rows.length, 1)
})
