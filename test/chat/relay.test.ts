import t from 'tap'
import { completion } from '../fixtures/completions.js'
import { ALIAS, setupChat, type Json } from '../fixtures/chat-setup.js'
import {
  html,
  hiddenError,
  json,
  limited,
  problem,
  redirect,
  reply,
  status,
  truncated
} from '../fixtures/upstream-server.js'

const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const TOKENS = [
  { text: 'Can', logprob: -0.11 },
  { text: 'berra', logprob: -0.31 }
]
const TOLD = completion({ tokens: TOKENS })
const scoresOf = (answer: Json) => (answer['uncertainty'] as { scores: Record<string, { value: number }> }).scores
const errorOf = (answer: Json) => answer['error'] as { message: string; type: string; param: string; code: string }

t.test('the answer is byte for byte the upstream’s, with `uncertainty` after it', async (t) => {
  // Odd spacing, escapes and key order must survive; what Qualm asked for on the way must not.
  const head =
    '{ "id":"x",\n "choices":[{"index":0, "message":{"content":"\\u0043anberra","role":"assistant"},"logprobs":'
  const tail = ', "finish_reason":"stop"}],"zeta": 1e3 }'
  const logprobs = JSON.stringify(TOLD.choices[0]!.logprobs)
  const { post } = await setupChat(t, status(200, head + logprobs + tail, { 'content-type': 'application/json' }))
  const { text, json: answer } = await post({ model: ALIAS, messages })
  const body = `${head}null${tail}`
  t.ok(text.startsWith(body.slice(0, -1)), text)
  t.match(text.slice(body.length - 1), /^,"uncertainty":\{.*\}\}$/)
  // 0.11 + 0.31
  t.ok(Math.abs(scoresOf(answer)['g_nll']!.value - 0.42) < 1e-9)
  t.notOk('answer' in (answer['uncertainty'] as object))
})

t.test('servers that leave log-probabilities out when nobody asks have them left out', async (t) => {
  const { post } = await setupChat(t, json(TOLD), { dialect: 'llamacpp' })
  const { json: answer } = await post({ model: ALIAS, messages })
  const [choice] = answer['choices'] as Json[]
  t.notOk('logprobs' in choice!)
  t.match(choice, { message: { content: 'Canberra' }, finish_reason: 'stop' })
})

t.test('log-probabilities that the caller asked for stay', async (t) => {
  const { post, server } = await setupChat(t, json(TOLD))
  const { json: answer } = await post({ model: ALIAS, messages, logprobs: true, top_logprobs: 1 })
  t.strictSame((answer['choices'] as Json[])[0], TOLD.choices[0])
  t.equal((server.requests[0]?.body as Json)['top_logprobs'], 1)
})

t.test('the upstream gets the request under its own name, without `uncertainty`', async (t) => {
  const { post, server } = await setupChat(t, json(TOLD))
  await post({ model: ALIAS, messages, uncertainty: { preset: 'instant' }, tools: [], vendor_field: { a: [1] } })
  t.strictSame(server.requests[0]?.body, {
    logprobs: true,
    top_logprobs: 5,
    model: 'org/big-model',
    messages,
    tools: [],
    vendor_field: { a: [1] }
  })
})

t.test('with `"uncertainty": false` the answer is passed on and nothing is asked for', async (t) => {
  const { post, server } = await setupChat(t, json(TOLD))
  const { text } = await post({ model: ALIAS, messages, uncertainty: false })
  t.equal(text, JSON.stringify(TOLD))
  t.strictSame(server.requests[0]?.body, { model: 'org/big-model', messages })
})

t.test('an upstream that refuses log-probabilities is asked without them, and that is learned', async (t) => {
  const bare = completion({ text: 'Canberra' })
  const script = reply(({ body }) =>
    (body as Json)['logprobs'] === true ? problem(400, 'logprobs is not supported by this model') : json(bare)
  )
  const { post, server, learned } = await setupChat(t, script)
  const { status: code, json: answer } = await post({ model: ALIAS, messages })
  t.equal(code, 200)
  t.equal(server.requests.length, 2)
  t.strictSame(learned, [{ logprobs: false }])
  t.match(scoresOf(answer)['g_nll'], { status: 'skipped', value: null, reason: 'upstream_no_logprobs' })
  await post({ model: ALIAS, messages })
  t.equal(server.requests.length, 3, 'it is not asked for them again')
})

t.test('fewer alternatives are asked for where five are too many', async (t) => {
  const script = reply(({ body }) =>
    (body as Json)['top_logprobs'] === 5 ? problem(400, 'top_logprobs must be at most 0') : json(TOLD)
  )
  const { post, learned } = await setupChat(t, script)
  const { json: answer } = await post({ model: ALIAS, messages })
  t.strictSame(learned, [{ topLogprobs: 0 }])
  t.match(scoresOf(answer)['g_nll'], { status: 'ok' })
})

t.test('log-probabilities that cannot be are no number and no error', async (t) => {
  const odd = completion({ tokens: [{ text: 'Canberra', logprob: 0.5 }] })
  const { post } = await setupChat(t, json(odd))
  const { status: code, json: answer } = await post({ model: ALIAS, messages })
  t.equal(code, 200)
  t.ok(Object.values(scoresOf(answer)).every(({ value }) => value === null))
  t.match(answer['uncertainty'], { warnings: [{ code: 'invalid_logprob' }] })
})

t.test('calls of tools have no uncertainty, and no number is made up', async (t) => {
  const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }
  const message = { role: 'assistant', content: null, tool_calls: [call] }
  const answer = { ...TOLD, choices: [{ ...TOLD.choices[0]!, message, logprobs: null, finish_reason: 'tool_calls' }] }
  const { post, learned } = await setupChat(t, json(answer))
  const scorers = ['g_nll', 'lexical_similarity']
  const { json: got } = await post({ model: ALIAS, messages, uncertainty: { scorers, sampling: { n: 2 } } })
  t.match((got['choices'] as Json[])[0], { message })
  for (const name of scorers) {
    t.match(scoresOf(got)[name], { status: 'skipped', value: null, reason: 'no_answer_text' })
  }
  t.strictSame(learned, [], 'a call without log-probabilities does not say that texts have none')
})

t.test('further choices serve as samples when they were drawn, and not when they were not', async (t) => {
  const three = completion({ texts: ['Canberra', 'Canberra', 'Sydney'] })
  const { post } = await setupChat(t, json(three))
  const uncertainty = { scorers: ['num_semantic_sets', 'lexical_similarity'] }
  const drawn = await post({ model: ALIAS, messages, n: 3, uncertainty })
  t.match(drawn.json['uncertainty'], {
    evidence: { samples: { source: 'supplied', received: 2 } },
    scores: { lexical_similarity: { status: 'ok' } }
  })
  const greedy = await post({ model: ALIAS, messages, n: 3, temperature: 0, uncertainty: { preset: 'instant' } })
  t.notMatch(greedy.json['uncertainty'], { evidence: { samples: { source: 'supplied' } } })
})

t.test('what is wrong with `uncertainty` is told before the upstream is asked', async (t) => {
  const { post, server } = await setupChat(t, json(TOLD))
  const unknown = await post({ model: ALIAS, messages, uncertainty: { scorers: ['g_nil'] } })
  t.equal(unknown.status, 400)
  t.match(errorOf(unknown.json), {
    type: 'invalid_request_error',
    param: 'uncertainty.scorers[0]',
    code: 'QUALM_ERR_UNKNOWN_SCORER'
  })
  const field = await post({ model: ALIAS, messages, uncertainty: { scorer: 'g_nll' } })
  t.match(errorOf(field.json), { param: 'uncertainty.scorer', code: 'QUALM_ERR_VALIDATION' })
  t.equal(server.requests.length, 0)
})

t.test('our own errors have OpenAI’s form', async (t) => {
  const { post } = await setupChat(t, json(TOLD))
  const model = await post({ model: 'no-such', messages })
  t.match([model.status, errorOf(model.json)], [404, { code: 'QUALM_ERR_UNKNOWN_MODEL', param: 'model' }])
  const broken = await post('{"model":')
  t.match([broken.status, errorOf(broken.json)], [400, { code: 'QUALM_ERR_BAD_JSON' }])
  const none = await post({ model: ALIAS })
  t.match([none.status, errorOf(none.json)], [400, { param: 'messages', code: 'QUALM_ERR_VALIDATION' }])
})

t.test('errors of the upstream in OpenAI’s form are passed on unchanged', async (t) => {
  const { post, server } = await setupChat(t, limited('7'))
  const got = await post({ model: ALIAS, messages })
  t.equal(got.status, 429)
  t.equal(got.headers.get('retry-after'), '7')
  t.equal(
    got.text,
    '{"error":{"message":"Rate limit reached","type":"invalid_request_error","param":null,"code":null}}'
  )
  server.use(problem(404, 'No such model'))
  t.match((await post({ model: ALIAS, messages })).json, { error: { message: 'No such model' } })
})

t.test('other errors are brought into OpenAI’s form', async (t) => {
  const { post, server } = await setupChat(
    t,
    status(422, '{"error":"Input validation error","error_type":"validation"}')
  )
  const tgi = await post({ model: ALIAS, messages })
  t.match([tgi.status, errorOf(tgi.json)], [422, { message: /Input validation error/, code: /QUALM_ERR_UPSTREAM/ }])
  server.use(html(500))
  const page = await post({ model: ALIAS, messages })
  t.match([page.status, errorOf(page.json)], [502, { type: 'server_error', code: 'QUALM_ERR_UPSTREAM' }])
})

t.test('a 200 that is no completion is the upstream’s failure', async (t) => {
  const { post, server } = await setupChat(t, hiddenError('The model is overloaded'))
  for (const script of [hiddenError('The model is overloaded'), html(), truncated, redirect('/elsewhere'), json([])]) {
    server.use(script)
    const got = await post({ model: ALIAS, messages })
    t.match([got.status, errorOf(got.json)], [502, { code: 'QUALM_ERR_UPSTREAM' }])
  }
  server.use(hiddenError('The model is overloaded'))
  t.match(errorOf((await post({ model: ALIAS, messages })).json).message, /overloaded/)
})

t.test('the upstream’s limits and the caller’s trace go through', async (t) => {
  const { url, server } = await setupChat(t, json(TOLD, { 'x-ratelimit-remaining-requests': '9', 'set-cookie': 'a=b' }))
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const response = await fetch(`${await url()}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer caller', traceparent },
    body: JSON.stringify({ model: ALIAS, messages })
  })
  t.equal(response.headers.get('x-ratelimit-remaining-requests'), '9')
  t.equal(response.headers.get('set-cookie'), null)
  t.equal(server.requests[0]?.headers['traceparent'], traceparent)
  t.equal(server.requests[0]?.headers.authorization, undefined)
})

t.test('alternatives that are asked for without log-probabilities are the upstream’s to refuse', async (t) => {
  const { post, server } = await setupChat(t, problem(400, 'top_logprobs needs logprobs'))
  t.equal((await post({ model: ALIAS, messages, top_logprobs: 3 })).status, 400)
  t.match(server.requests, [{ body: { top_logprobs: 3 } }])
  t.notOk('logprobs' in (server.requests[0]!.body as Json))
})

t.test('a request that is wrong in itself teaches nothing of log-probabilities', async (t) => {
  const { post, learned } = await setupChat(t, problem(400, 'Unrecognized request argument: my_logprobs'))
  t.equal((await post({ model: ALIAS, messages, my_logprobs: 1 })).status, 400)
  t.same(learned, [])
})
