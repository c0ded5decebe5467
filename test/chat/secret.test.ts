import t from 'tap'
import { secretOf } from '../../src/chat/secret.js'
import { completion, completionChunks } from '../fixtures/completions.js'
import { ALIAS, setupChat, type Json } from '../fixtures/chat-setup.js'
import { forBoth, setupSidecar } from '../fixtures/sidecar.js'
import { hiddenError, json, problem, sse, status, type Answer } from '../fixtures/upstream-server.js'

const KEY = 'open/sesame-0123456789'
const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const keyOf = (): string => KEY
const errorOf = (answer: Json) => answer['error'] as Json

/** What the caller can see of an answer. */
const seen = (got: { text: string; headers: Headers }): string =>
  `${got.text}\n${JSON.stringify(Object.fromEntries(got.headers))}`

/** An upstream that tells the header back that it was sent, in every way that a body can. */
const echoing = (code: number): Answer => problem(code, `Bad header: authorization: Bearer ${KEY}`)

const { post, server, learned } = await setupChat(t, echoing(401), { keyOf })

t.test('a refusal of the key is told in words of our own, streamed or not', async (t) => {
  for (const code of [401, 403]) {
    for (const stream of [false, true]) {
      server.use(echoing(code))
      const got = await post({ model: ALIAS, messages, stream })
      t.equal(got.status, 502)
      t.match(errorOf(got.json), {
        type: 'server_error',
        code: 'QUALM_ERR_UPSTREAM_REFUSED',
        message: new RegExp(`refused the key .* ${code}`, 'u')
      })
      t.notMatch(seen(got), KEY)
    }
  }
})

t.test('a refusal of the key is not taken for one of log-probabilities', async (t) => {
  server.use(problem(403, 'this key may not read logprobs'))
  const before = server.requests.length
  t.equal((await post({ model: ALIAS, messages })).status, 502)
  t.equal(server.requests.length, before + 1)
  t.strictSame(learned, [])
})

t.test('the body of a refusal of the key is never passed on, even where the key is not known', async (t) => {
  const keyless = await setupChat(t, echoing(401))
  t.notMatch(seen(await keyless.post({ model: ALIAS, messages })), 'Bearer')
})

t.test('no other error passes the key on', async (t) => {
  const escaped = `{"error":{"message":"\\u006f${KEY.slice(1).replace('/', '\\/')}","type":"x","param":null,"code":null}}`
  for (const answer of [
    echoing(400),
    echoing(500),
    status(400, `not JSON: ${KEY}`),
    status(400, escaped, { 'content-type': 'application/json' }),
    json({ error: { message: `Bearer ${KEY}` } }),
    problem(429, 'slow down', { 'x-ratelimit-key': KEY })
  ]) {
    server.use(answer)
    const got = await post({ model: ALIAS, messages })
    t.ok(got.status >= 400)
    t.type(errorOf(got.json)['message'], 'string')
    t.notMatch(seen(got), KEY)
    t.notMatch(seen(got), KEY.replace('/', '\\/'))
  }
})

t.test('nor does an answer, whole or streamed, wherever its bytes are split', async (t) => {
  const told = completion({ text: `It is ${KEY}.` })
  server.use(json(told))
  const whole = await post({ model: ALIAS, messages })
  t.equal((whole.json['choices'] as { message: Json }[])[0]?.message['content'], 'It is ***.')
  const error = { error: { message: `key ${KEY}`, type: 'x', param: null, code: 401 } }
  server.use(sse([completionChunks({ text: 'Can' })[0], error]))
  for (const uncertainty of [false, {}]) {
    const got = await post({ model: ALIAS, messages, stream: true, uncertainty })
    t.match(got.text, /"message":"key \*\*\*"/)
    t.notMatch(got.text, KEY)
  }
})

t.test('nor does what is told of samples that fail', async (t) => {
  const sidecar = await setupSidecar(t, { big: { api_key_env: 'BIG_KEY' } }, {}, { BIG_KEY: KEY })
  const whole = completion({ tokens: [{ text: 'Canberra', logprob: -0.2 }] })
  for (const answer of [hiddenError(`Bearer ${KEY}`), echoing(400), echoing(401), echoing(500)]) {
    sidecar.server('big').use(forBoth(json(whole), answer))
    const uncertainty = { scorers: ['g_nll', 'lexical_similarity'], sampling: { n: 2 } }
    const got = await sidecar.post({ model: 'big', messages, uncertainty })
    t.match(got.json['uncertainty'], { scores: { lexical_similarity: { status: 'failed', value: null } } })
    t.notMatch(seen(got), KEY)
  }
  t.equal(sidecar.server('big').requests[0]?.headers.authorization, `Bearer ${KEY}`)
})

async function through(chunks: readonly string[]): Promise<string[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  const out: string[] = []
  for await (const bytes of secretOf('secret-key').filter(source())) out.push(Buffer.from(bytes).toString())
  return out
}

t.test('only what may be the start of the key is held back', async (t) => {
  t.strictSame(await through(['a sec', 'ond one']), ['a ', 'second one'])
  t.strictSame(await through(['plain', ' text']), ['plain', ' text'])
  t.strictSame(await through(['my secret', '-k', 'ey, and sec']), ['my ', '***, and ', 'sec'])
  t.strictSame(await through(['é secret-keyé']), ['é ***é'])
})

t.test('a placeholder is no secret in an answer, and without a key there is none', async (t) => {
  t.equal(secretOf(null).isIn('anything'), false)
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('"content":"EMPTY"')
  }
  const out: string[] = []
  for await (const bytes of secretOf('EMPTY').filter(source())) out.push(Buffer.from(bytes).toString())
  t.strictSame(out, ['"content":"EMPTY"'])
})
