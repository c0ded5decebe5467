import t from 'tap'
import { readDoctor, UsageError } from '../../src/cli/arguments.js'
import { examine } from '../../src/cli/doctor.js'
import { QualmError } from '../../src/errors.js'
import { loadScorers } from '../../src/scorer-registry.js'
import { fakeUpstream, type FakeUpstreamOptions } from '../fixtures/fake-upstream.js'

const { signal } = new AbortController()
const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))
const look = (options: Readonly<Record<string, FakeUpstreamOptions>>, aliases: readonly string[] = []) => {
  const upstreams = new Map(Object.entries(options).map(([alias, each]) => [alias, fakeUpstream(alias, each)]))
  return examine({ upstreams, scorers, aliases, signal })
}

t.test('the table has a row for each upstream, and all were reached', async (t) => {
  const { text, allReached } = await look({ big: {}, 'org/small': { capabilities: { seed: null } } })
  t.equal(allReached, true)
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
  const { text, allReached } = await look({ gone: { failure: new QualmError('QUALM_ERR_UPSTREAM', 'It is gone.') } })
  t.equal(allReached, false)
  t.match(text, /^gone +vllm +no .*It is gone\.$/m)
})

t.test('only the named ones are asked; an unknown one is a fault of usage', async (t) => {
  t.notMatch((await look({ a: {}, b: {} }, ['b'])).text, /^a /m)
  await t.rejects(look({ a: {} }, ['c']), UsageError)
})

t.test('without upstreams it says so', async (t) => {
  t.match(await look({}), { text: /QUALM_CONFIG/, allReached: true })
})

t.test('its arguments are aliases', async (t) => {
  t.same(readDoctor(['doctor']), [])
  t.same(readDoctor(['doctor', 'a', 'b/c']), ['a', 'b/c'])
  t.equal(readDoctor(['evaluate', 'x']), null)
  t.equal(readDoctor(['doctor', '--help']), null)
  t.throws(() => readDoctor(['doctor', '--fresh']), UsageError)
})
