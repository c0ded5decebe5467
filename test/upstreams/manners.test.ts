/** Optional words that a server refuses are said otherwise; those that matter are not. */
import t from 'tap'
import { withManners } from '../../src/upstreams/manners.js'
import { fakeTransport, refusal } from '../fixtures/fake-transport.js'

const { signal } = new AbortController()
type Body = Readonly<Record<string, unknown>>

/** A server that refuses what `refuses` has words for. */
function server(refuses: (body: Body) => string | null) {
  const inner = fakeTransport(({ body }) => {
    const words = refuses(body as Body)
    return words === null ? { ok: true } : refusal(400, `The upstream answered 400: ${words}`)
  })
  const refused: string[] = []
  const transport = withManners(inner, (field) => refused.push(field))
  const ask = (body: Body) => transport.request({ method: 'POST', path: '/chat/completions', body }, { signal })
  return { ask, refused, bodies: () => inner.exchanges.map(({ body }) => body as Body) }
}

t.test('the limit has another name for newer models, from then on', async (t) => {
  const words =
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
  const { ask, bodies } = server((body) => ('max_tokens' in body ? words : null))
  await ask({ max_tokens: 8 })
  await ask({ max_tokens: 9 })
  t.same(bodies(), [{ max_tokens: 8 }, { max_completion_tokens: 8 }, { max_completion_tokens: 9 }])
})

t.test('a limit that is too high keeps its name, lest the server write without one', async (t) => {
  const { ask, bodies } = server(() => 'max_tokens is too large: 9000.')
  await t.rejects(ask({ max_tokens: 9000, seed: 1 }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
  t.equal(bodies().length, 1)
})

t.test('a seed that is refused is left out, and said to be', async (t) => {
  const { ask, refused, bodies } = server((body) => ('seed' in body ? "Unknown parameter: 'seed'." : null))
  await ask({ seed: 4, temperature: 1 })
  t.same(refused, ['seed'])
  t.same(bodies().at(-1), { temperature: 1 })
})

t.test('values that change nothing are left out where they are refused; others are not', async (t) => {
  const refuses = (body: Body) => ('top_p' in body ? 'temperature and top_p cannot both be specified' : null)
  const { ask, bodies } = server(refuses)
  await ask({ top_p: 1, temperature: 0 })
  t.same(bodies().at(-1), { temperature: 0 })
  await t.rejects(ask({ top_p: 0.9, temperature: 1 }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
})

t.test('a temperature that is refused is a failure: at another one the answer is another', async (t) => {
  const words = "Unsupported value: 'temperature' does not support 0 with this model."
  const { ask, bodies } = server((body) => (body['temperature'] === 0 ? words : null))
  await t.rejects(ask({ temperature: 0, seed: 1 }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
  t.equal(bodies().length, 1)
})

t.test('a refusal of fields that it does not name takes all that may be left out', async (t) => {
  const refuses = (body: Body) => ('seed' in body || 'min_p' in body ? 'Extra inputs are not permitted' : null)
  const { ask, bodies } = server(refuses)
  await ask({ seed: 1, min_p: 0, top_k: 5, temperature: 1 })
  t.same(bodies().at(-1), { top_k: 5, temperature: 1 })
})

t.test('other failures are passed on', async (t) => {
  const inner = fakeTransport(() => refusal(401, 'seed'))
  const transport = withManners(inner, () => undefined)
  await t.rejects(transport.request({ path: '/x', body: { seed: 1 } }, { signal }), { message: 'seed' })
  t.equal(inner.exchanges.length, 1)
})

t.test('what one caller alone sent wrongly changes nothing for the others', async (t) => {
  const refuses = (body: Body) => ('foo' in body ? 'Extra inputs are not permitted' : null)
  const { ask, refused, bodies } = server(refuses)
  await t.rejects(ask({ foo: 1, seed: 1, top_k: -1 }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
  await ask({ seed: 2, top_k: -1 })
  t.same(refused, [])
  t.same(bodies().at(-1), { seed: 2, top_k: -1 })
})

t.test('a word of everyday language is no field, and a refusal that names a field is about that one', async (t) => {
  const { ask, bodies } = server((body) => {
    if (body['logprobs'] === true) return "Unsupported parameter: 'logprobs' is not supported with this model."
    return 'messages' in body ? 'flagged: "how deep do I plant a seed?"' : null
  })
  await t.rejects(ask({ messages: [], seed: 1 }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
  await t.rejects(ask({ logprobs: true, seed: 1, top_p: 1 }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
  t.equal(bodies().length, 2)
})

t.test('calls that are refused at the same time are all asked again', async (t) => {
  const { ask, refused } = server((body) => ('seed' in body ? "Unknown parameter: 'seed'." : null))
  await Promise.all([1, 2, 3, 4].map((seed) => ask({ seed })))
  t.same(refused, ['seed'])
})

t.test('the names of fields are a caller’s text, not patterns', async (t) => {
  const { ask } = server(() => 'Unrecognized request argument supplied: x_(')
  await t.rejects(ask({ 'x_(': 1, '(a+)+_$': 2, '': 3, seed: 4 }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
})
