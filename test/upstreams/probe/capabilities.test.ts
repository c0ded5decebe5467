import t from 'tap'
import { QualmError } from '../../../src/errors.js'
import type { Dialect, Drawing, RawAnswer } from '../../../src/upstreams/contract.js'
import { probeCapabilities } from '../../../src/upstreams/probe/capabilities.js'
import { fakeTransport, refusal, type FakeAnswer } from '../../fixtures/fake-transport.js'
import { plainDialect, type PlainBody } from '../../fixtures/plain-dialect.js'

const { signal } = new AbortController()
const PROBABILITIES: readonly (readonly [string, number])[] = [
  ['The', 0.5],
  ['A', 0.3],
  ['It', 0.2]
]

/** The first token of an honest server; `after` applies temperature before the value is told. */
function firstToken({ temperature, topCount }: Drawing, after: boolean) {
  const power = after && temperature > 0 ? 1 / temperature : 1
  const total = PROBABILITIES.reduce((sum, [, p]) => sum + p ** power, 0)
  const top = PROBABILITIES.map(([text, p]) => ({ text, logprob: Math.log(p ** power / total) }))
  return { ...top[0]!, top: top.slice(0, topCount ?? 0) }
}

interface ServerOptions {
  readonly after?: boolean
  readonly draw?: (drawing: Drawing, call: number) => FakeAnswer | null
  readonly force?: FakeAnswer
}

function server({ after = false, draw = () => null, force }: ServerOptions = {}) {
  let calls = 0
  return fakeTransport(({ body }) => {
    const asked = body as PlainBody
    if ('forced' in asked) return force ?? { tokens: [{ text: asked.forced, logprob: -1 }] }
    const { drawing } = asked
    const own = draw(drawing, ++calls)
    if (own !== null) return own
    const tokens = drawing.topCount === null ? null : [firstToken(drawing, after)]
    const choice = { text: `The ${drawing.seed}`, finishReason: 'length', tokens }
    const choices = Array.from({ length: drawing.n }, (_, index) => ({ ...choice, index }))
    return { choices, promptTokens: 1, completionTokens: 1 } satisfies RawAnswer
  })
}

const probe = (transport = server(), changes: Partial<Dialect> = {}) =>
  probeCapabilities(plainDialect(changes), transport, 'm', signal)

t.test('a server that does it all is seen to, in six calls', async (t) => {
  const transport = server()
  const found = await probe(transport)
  const { probedAt, ...rest } = found
  t.same(rest, {
    logprobs: true,
    topLogprobs: 3,
    n: true,
    seed: true,
    basis: 'pre_sampling',
    forcing: true,
    dialect: 'openai'
  })
  t.type(probedAt, 'number')
  t.equal(transport.exchanges.length, 6)
})

t.test('values that follow temperature are post-sampling, whatever the dialect says', async (t) => {
  t.equal((await probe(server({ after: true }), { basis: () => 'pre_sampling' })).basis, 'post_sampling')
})

t.test('without a value to compare, the basis is that of the dialect', async (t) => {
  const draw = ({ temperature }: Drawing) => (temperature > 0 && temperature < 1 ? refusal(400) : null)
  t.match(await probe(server({ draw }), { basis: () => 'post_sampling' }), { basis: 'post_sampling', n: false })
})

t.test('fewer alternatives are asked for when many are refused', async (t) => {
  const draw = ({ topCount }: Drawing) => ((topCount ?? 0) > 5 ? refusal(400) : null)
  t.match(await probe(server({ draw })), { logprobs: true, topLogprobs: 3 })
})

t.test(
  'a server of three alternatives, and one that forbids log-probabilities by status, are told apart',
  async (t) => {
    const three = ({ topCount }: Drawing) =>
      (topCount ?? 0) > 3 ? refusal(400, 'top_logprobs must be at most 3') : null
    t.match(await probe(server({ draw: three })), { logprobs: true, topLogprobs: 1 })
    const none = ({ topCount }: Drawing) => (topCount === null ? null : refusal(403, 'not allowed to request logprobs'))
    t.match(await probe(server({ draw: none })), { logprobs: false, n: true })
  }
)

t.test('a small effect of temperature is seen when the value is exactly that', async (t) => {
  const after = (temperature: number) => {
    const power = 1 / temperature
    return Math.log(0.89 ** power / (0.89 ** power + 0.11 ** power))
  }
  const draw = ({ temperature, topCount, n }: Drawing) => {
    const top = [
      { text: 'The', logprob: temperature === 0.3 ? after(0.3) : Math.log(0.89) },
      { text: 'A', logprob: temperature === 0.3 ? Math.log(1 - Math.exp(after(0.3))) : Math.log(0.11) }
    ]
    const token = { ...top[0]!, top: top.slice(0, topCount ?? 0) }
    const tokens = topCount === null ? null : [token]
    const choice = { text: 'The', finishReason: 'length', tokens }
    return { choices: Array.from({ length: n }, (_, index) => ({ ...choice, index })) }
  }
  t.match(await probe(server({ draw }), { basis: () => 'pre_sampling' }), { basis: 'post_sampling' })
})

t.test('refused log-probabilities are none', async (t) => {
  const draw = ({ topCount }: Drawing) => (topCount === null ? null : refusal(422))
  t.match(await probe(server({ draw })), { logprobs: false, topLogprobs: null, n: true, seed: true })
})

t.test('null in the place of log-probabilities is none; no text at all tells nothing', async (t) => {
  const answer = (text: string) => ({ choices: [{ index: 0, text, finishReason: 'length', tokens: null }] })
  t.equal((await probe(server({ draw: () => answer('The') }))).logprobs, false)
  t.match(await probe(server({ draw: () => answer('') })), { logprobs: null, n: false, seed: null })
})

t.test('a server that gives one choice for two does not have n; a dialect without it is not asked', async (t) => {
  const draw = (drawing: Drawing) => (drawing.n === 2 ? { choices: [] } : null)
  t.equal((await probe(server({ draw }))).n, false)
  const transport = server()
  t.match(await probe(transport, { maxChoices: 1 }), { n: false, basis: 'pre_sampling' })
  t.notOk(transport.exchanges.some(({ body }) => (body as { drawing?: Drawing }).drawing?.n === 2))
})

t.test('a seed that changes nothing is not told from a cache; one that is not kept is none', async (t) => {
  const says = (text: string) => ({ choices: [{ index: 0, text, finishReason: 'stop', tokens: [] }] })
  t.equal((await probe(server({ draw: () => says('same') }))).seed, null)
  t.equal((await probe(server({ draw: (_, call) => says(`text ${call}`) }))).seed, false)
})

t.test('forcing is none without a way, none when refused, unknown when it fails', async (t) => {
  t.equal((await probe(server(), { force: null })).forcing, false)
  t.equal((await probe(server({ force: refusal(400) }))).forcing, false)
  t.equal((await probe(server({ force: new QualmError('QUALM_ERR_UPSTREAM', 'reset') }))).forcing, null)
})

t.test('later failures leave what they ask about unknown', async (t) => {
  const draw = (_: Drawing, call: number) => (call > 1 ? new QualmError('QUALM_ERR_UPSTREAM_LIMIT', 'slower') : null)
  t.match(await probe(server({ draw })), { logprobs: true, n: null, seed: null, basis: 'unknown' })
})

t.test('a wrong key, an unknown model or a dead server is an error, after one call', async (t) => {
  for (const failure of [refusal(401), refusal(404), new QualmError('QUALM_ERR_UPSTREAM', 'reset')]) {
    const transport = server({ draw: () => failure })
    await t.rejects(probe(transport), failure)
    t.equal(transport.exchanges.length, 1)
  }
})
