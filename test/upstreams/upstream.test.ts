/** An upstream behind the engine's interface, on a server that behaves and misbehaves as real ones do. */
import t from 'tap'
import { Unsupported } from '../../src/errors.js'
import type { UpstreamSettings } from '../../src/upstreams/settings.js'
import { completion } from '../fixtures/completions.js'
import { DRAWN, GREEDY, openUpstream, question } from '../fixtures/upstream-client.js'
import { hang, hiddenError, json } from '../fixtures/upstream-server.js'

const { signal } = new AbortController()
const TOKENS = [
  { text: 'Can', logprob: -0.1 },
  { text: 'berra', logprob: -0.3 }
]

t.test('a greedy row has the tokens that the server told, under its own name of the model', async (t) => {
  const { upstream, bodies } = await openUpstream(t, json(completion({ tokens: TOKENS })))
  const { rows, promptTokens } = await upstream.generate(question(), { signal })
  t.match(rows, [{ index: 0, text: 'Canberra', finishReason: 'stop', basis: 'unknown' }])
  t.same(
    rows[0]?.tokens?.map(({ logprob }) => logprob),
    [-0.1, -0.3]
  )
  t.equal(promptTokens, 7)
  t.match(bodies()[0], { model: 'big', temperature: 0, logprobs: true, top_logprobs: 2, max_tokens: 8 })
})

t.test('samples come in one call where the server gives several', async (t) => {
  const { upstream, bodies } = await openUpstream(t, json(completion({ texts: ['a', 'b', 'c'], tokens: null })))
  const { rows } = await upstream.generate(question({ rows: [DRAWN, DRAWN, DRAWN] }), { signal })
  t.same(
    rows.map(({ text }) => text),
    ['a', 'b', 'c']
  )
  t.match(bodies(), [{ n: 3, temperature: 1 }])
})

t.test('the same request has the same seeds, and later rows continue them', async (t) => {
  const { upstream, bodies } = await openUpstream(t, json(completion({ tokens: TOKENS })), { dialect: 'ollama' })
  await upstream.generate(question({ rows: [DRAWN, DRAWN] }), { signal })
  await upstream.generate(question({ rows: [DRAWN], firstRow: 1 }), { signal })
  const seeds = bodies().map(({ seed }) => seed)
  t.ok(seeds.slice(0, 2).includes(seeds[2]))
})

t.test('rows are told as their calls come back', async (t) => {
  const { upstream } = await openUpstream(t, json(completion({ tokens: TOKENS })), { dialect: 'llamacpp' })
  const seen: number[] = []
  await upstream.generate(question({ rows: [GREEDY, DRAWN, DRAWN] }), {
    signal,
    onRow: ({ index }) => seen.push(index)
  })
  t.same(seen.toSorted(), [0, 1, 2])
})

t.test('samples are drawn from the chat request itself', async (t) => {
  const { upstream, bodies } = await openUpstream(t, json(completion({ tokens: TOKENS })))
  const chatBody = { messages: [{ role: 'user', content: 'Hi' }], tools: [{ type: 'function' }], stream: true }
  await upstream.generate(question({ rows: [DRAWN], chatBody }), { signal })
  t.match(bodies()[0], { model: 'big', tools: [{ type: 'function' }], messages: [{ content: 'Hi' }] })
  t.notOk('stream' in bodies()[0]!)
})

t.test('an error with status 200 and an answer without choices are failures', async (t) => {
  for (const script of [hiddenError(), json({ choices: [] }), json([])]) {
    const { upstream } = await openUpstream(t, script, { limits: { retries: 0 } })
    await t.rejects(upstream.generate(question(), { signal }), { code: 'QUALM_ERR_UPSTREAM' })
  }
})

t.test('text that the server thinks aloud is not the answer', async (t) => {
  const answer = completion({ tokens: TOKENS })
  const [choice] = answer.choices
  const thinking = { ...choice, message: { ...choice!.message, reasoning_content: 'Let me see.' } }
  const { upstream } = await openUpstream(t, json({ ...answer, choices: [thinking] }))
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows, [{ text: 'Canberra', tokens: [{ text: 'Can' }, { text: 'berra' }] }])
})

t.test('basis is what the operator says, else what the dialect knows', async (t) => {
  const answer = json(completion({ tokens: TOKENS }))
  const basisOf = async (settings: Partial<UpstreamSettings>, decoding = GREEDY) => {
    const { upstream } = await openUpstream(t, answer, settings)
    return (await upstream.generate(question({ rows: [decoding] }), { signal })).rows[0]?.basis
  }
  t.equal(await basisOf({}), 'unknown')
  t.equal(await basisOf({ basis: 'pre_sampling' }), 'pre_sampling')
  t.equal(await basisOf({ dialect: 'vllm' }), 'pre_sampling')
  t.equal(await basisOf({ dialect: 'tgi' }, { ...DRAWN, temperature: 0.7 }), 'post_sampling')
})

t.test('what a server does not offer is unsupported, never a number', async (t) => {
  const { upstream } = await openUpstream(t, json(completion({ tokens: TOKENS })))
  const { messages } = question()
  const reading = { model: 'bot', messages, text: 'Canberra', includeEnd: true, topCount: 0 }
  const options = { model: 'bot', messages, prefill: 'Answer:', options: [['A'], ['B']] }
  const reasonOf = (work: Promise<unknown>) =>
    work.then(
      () => 'a number',
      (error: unknown) => (error instanceof Unsupported ? error.reason : error)
    )
  t.equal(await reasonOf(upstream.scoreText(reading, { signal })), 'upstream_no_forcing')
  t.equal(await reasonOf(upstream.optionProbabilities(options, { signal })), 'upstream_options_unseen')
  t.equal(await reasonOf(upstream.generate(question({ prefill: 'It is' }), { signal })), 'upstream_no_prefill')
  const cut = { ...DRAWN, topK: 5 }
  t.equal(await reasonOf(upstream.generate(question({ rows: [cut] }), { signal })), 'upstream_no_top_k')
})

t.test('a beginning of the answer is asked for as the end of the question', async (t) => {
  const { upstream, bodies } = await openUpstream(t, json(completion({ tokens: [{ text: 'A', logprob: -0.0001 }] })))
  const { messages } = question()
  await upstream.optionProbabilities(
    { model: 'bot', messages, prefill: 'Answer:', options: [['A'], ['B']] },
    { signal }
  )
  t.match(bodies()[0], { messages: [{ role: 'user', content: 'Capital of Australia?\nAnswer:' }], max_tokens: 1 })
})

t.test('decoding of the client does not reach the samples', async (t) => {
  const { upstream, bodies } = await openUpstream(t, json(completion({ tokens: TOKENS })))
  const { messages } = question()
  const chatBody = { messages, n: 5, top_p: 0.2, top_k: 3, stop: ['x'], temperature: 0.1, top_logprobs: 9, user: 'u' }
  await upstream.generate(question({ rows: [DRAWN], chatBody }), { signal })
  const { n, top_k: topK, stop, ...rest } = bodies()[0]!
  t.same([n, topK, stop], [undefined, undefined, undefined])
  t.match(rest, { top_p: 1, temperature: 1, top_logprobs: 2, user: 'u' })
})

t.test('a request has eight calls open at most, and the first failure ends them', async (t) => {
  const { upstream, server } = await openUpstream(t, hang, { dialect: 'llamacpp', limits: { retries: 0 } })
  const rows = Array.from({ length: 20 }, () => DRAWN)
  const drawn = upstream.generate(question({ rows }), { signal })
  await server.arrived(8)
  const closed = server.nextClose()
  const caller = new AbortController()
  const other = upstream.generate(question({ rows: [GREEDY] }), { signal: caller.signal })
  await server.arrived(9)
  t.equal(server.requests.length, 9)
  caller.abort(new Error('left'))
  await t.rejects(other, { message: 'left' })
  await closed
  await server.stop()
  await t.rejects(drawn, { code: 'QUALM_ERR_UPSTREAM' })
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
  const { upstream } = await openUpstream(t, json(completion({ tokens })))
  const asked = {
    model: 'bot',
    messages: question().messages,
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
  const { upstream, server } = await openUpstream(t, hang)
  const caller = new AbortController()
  const closed = server.nextClose()
  const asked = upstream.generate(question(), { signal: caller.signal })
  await server.arrived(1)
  caller.abort(new Error('left'))
  await t.rejects(asked, { message: 'left' })
  await closed
})

t.test('it describes itself as a model that stands elsewhere', async (t) => {
  const prices = { input_per_million: 1, output_per_million: 2 }
  const { upstream } = await openUpstream(t, json({}), { prices, context_tokens: 4096 })
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
