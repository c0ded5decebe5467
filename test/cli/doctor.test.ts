import t, { type Test } from 'tap'
import { readDoctor, usageFor, UsageError } from '../../src/cli/arguments.js'
import { examine, type Examination } from '../../src/cli/doctor.js'
import { QualmError } from '../../src/errors.js'
import { loadScorers } from '../../src/scorer-registry.js'
import { startUpstream, hang, problem, type Answer } from '../fixtures/upstream-server.js'
import { createUpstreams, unsetKeys } from '../../src/upstreams/create.js'
import { createManualClock } from '../fixtures/manual-clock.js'
import { QUIETLY } from '../fixtures/quietly.js'
import { fakeUpstream, type FakeUpstreamOptions } from '../fixtures/fake-upstream.js'

const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))
const look = (
  options: Readonly<Record<string, FakeUpstreamOptions>>,
  aliases: readonly string[] = [],
  more: Partial<Examination> = {}
) => {
  const upstreams = new Map(Object.entries(options).map(([alias, each]) => [alias, fakeUpstream(alias, each)]))
  return examine({ upstreams, scorers, aliases, ...QUIETLY, ...more })
}

t.test('the table has a row for each upstream, and all were reached', async (t) => {
  const { text, allAnswered } = await look({ big: {}, 'org/small': { capabilities: { seed: null } } })
  t.equal(allAnswered, true)
  t.match(text, /^alias +dialect +reachable/)
  t.match(text, /^big +vllm +yes +yes +20 +yes +yes +pre_sampling +yes$/m)
  t.match(text, /^org\/small +vllm +yes +yes +20 +yes +\? /m)
})

t.test('without log-probabilities it names the scores that are skipped, and not the others', async (t) => {
  const { text } = await look({ mute: { capabilities: { logprobs: false, topLogprobs: null } } })
  const [, skipped = ''] = /^mute tells no log-probabilities; skipped: (.*)$/m.exec(text) ?? []
  const names = skipped.split(', ')
  t.ok(names.includes('g_nll') && names.includes('p_true'))
  t.notOk(names.includes('semantic_entropy') || names.includes('lexical_similarity'))
})

t.test('without forcing it names what reads texts', async (t) => {
  const { text } = await look({ a: { capabilities: { forcing: false } } })
  t.match(text, /^a reads no given texts; skipped: .*pmi/m)
})

t.test('an upstream that cannot be reached is told with its problem', async (t) => {
  const { text, allAnswered } = await look({ gone: { failure: new QualmError('QUALM_ERR_UPSTREAM', 'It is gone.') } })
  t.equal(allAnswered, false)
  t.match(text, /^gone +vllm +no .*It is gone\.$/m)
})

t.test('only the named ones are asked; an unknown one is a fault of usage', async (t) => {
  t.notMatch((await look({ a: {}, b: {} }, ['b'])).text, /^a /m)
  await t.rejects(look({ a: {} }, ['c']), UsageError)
})

t.test('without upstreams it says so', async (t) => {
  t.match(await look({}), { text: /QUALM_CONFIG/, allAnswered: true })
})

t.test('its arguments are aliases', async (t) => {
  t.same(readDoctor(['doctor']), [])
  t.same(readDoctor(['doctor', 'a', 'b/c']), ['a', 'b/c'])
  t.equal(readDoctor(['evaluate', 'x']), null)
  t.equal(readDoctor(['doctor', '--help']), null)
  t.throws(() => readDoctor(['doctor', '--fresh']), UsageError)
})

t.test('its help is about itself', async (t) => {
  t.match(usageFor(['doctor', '--help']), /^Usage: qualm doctor[^]*Exit codes:/u)
  t.match(usageFor(['evaluate', '-h']), /^Usage: qualm evaluate/u)
})

t.test('a key that is not set is a problem, beside what else there is', async (t) => {
  const settings = {
    a: { url: 'http://a/v1', api_key_env: 'A_KEY' },
    b: { url: 'http://b/v1', api_key_env: 'B_KEY' },
    c: { url: 'http://c/v1', api_key_env: 'C_KEY' },
    d: { url: 'http://d/v1' }
  }
  const unset = unsetKeys(settings, { A_KEY: '', B_KEY: 'sk-1' })
  t.same(
    [...unset],
    [
      ['a', 'A_KEY'],
      ['c', 'C_KEY']
    ]
  )
  const { text, allAnswered } = await look({ a: {}, b: {}, c: { problem: 'It is ill.' } }, [], { unsetKeys: unset })
  t.match(text, /^a .* A_KEY, which api_key_env names, is not set\.$/m)
  t.match(text, /^b +vllm +yes .* yes$/m)
  t.match(text, /^c .* C_KEY, which api_key_env names, is not set\. It is ill\.$/m)
  t.equal(allAnswered, true)
})

/** What the command says of a real server. */
async function lookAt(t: Test, answer: Answer, more: Partial<Examination> = {}, limits: object = {}) {
  const server = await startUpstream(t, answer)
  const upstreams = createUpstreams({ bot: { url: server.url, limits } }, {})
  t.teardown(() => upstreams.get('bot')?.close())
  return { server, found: examine({ upstreams, scorers, aliases: [], ...QUIETLY, ...more }) }
}

t.test('a server that refuses is reachable; where its list of models is missing, the URL may be wrong', async (t) => {
  const nothing = await (await lookAt(t, problem(404, 'Not Found'))).found
  t.match(nothing.text, /^bot +openai +yes +\? .*answered 404: Not Found .*does the URL end in \/v1\?/m)
  t.equal(nothing.allAnswered, false)
  const locked = await (await lookAt(t, problem(401, 'No key'))).found
  t.match(locked.text, /^bot +openai +yes +\? .*answered 401: No key/m)
  t.notMatch(locked.text, /\/v1/)
})

t.test('a server that answers 503 or nothing is not', async (t) => {
  const { found } = await lookAt(t, problem(503, 'loading'), {}, { retries: 0 })
  t.match((await found).text, /^bot +\? +no .*503/m)
})

t.test('a silent server is told of after two seconds and given up after fifteen', async (t) => {
  const clock = createManualClock()
  const said: string[] = []
  const { server, found } = await lookAt(t, hang, { clock, say: (text) => void said.push(text) })
  await server.arrived(1)
  clock.advance(1_999)
  t.same(said, [])
  clock.advance(1)
  t.match(said, [/^Asking bot/])
  clock.advance(13_000)
  const { text, allAnswered } = await found
  t.match(text, /^bot +\? +no .*It did not answer within 15 s\.$/m)
  t.equal(allAnswered, false)
  t.equal(said.length, 1)
  t.equal(clock.pending, 0)
})
