/** What the operator's default for `uncertainty` means, and what is told of a wrong one at start. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { defaultFaults } from '../../src/chat/default-faults.js'
import { ALIAS, setupChat, type Json } from '../fixtures/chat-setup.js'
import { completion } from '../fixtures/completions.js'
import { listeningServer, spawnServer } from '../fixtures/server-process.js'
import { json, reply, startUpstream } from '../fixtures/upstream-server.js'
import { scorers } from '../helper.js'

const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const TOLD = json(completion({ tokens: [{ text: 'Canberra', logprob: -0.2 }] }))
const withDefault = (uncertainty: false | object) => ({ config: { chat: { uncertainty } } }) as const
const scoresOf = (answer: Json) => Object.keys((answer['uncertainty'] as { scores: object }).scores)

t.test('the default counts where a request says nothing, and a request’s own field wins whole', async (t) => {
  const { post, server } = await setupChat(t, TOLD, withDefault({ scorers: ['perplexity'], explain: true }))
  const silent = (await post({ model: ALIAS, messages })).json
  t.same(scoresOf(silent), ['perplexity'])
  t.ok('explanation' in (silent['uncertainty'] as object))
  t.notOk('uncertainty' in (server.requests[0]?.body as Json))
  const own = (await post({ model: ALIAS, messages, uncertainty: { scorers: ['g_nll'] } })).json
  t.same(scoresOf(own), ['g_nll'])
  t.notOk('explanation' in (own['uncertainty'] as object))
  t.notOk('uncertainty' in (await post({ model: ALIAS, messages, uncertainty: false })).json)
})

t.test('scoring may be off unless it is asked for', async (t) => {
  const { post } = await setupChat(t, TOLD, withDefault(false))
  t.notOk('uncertainty' in (await post({ model: ALIAS, messages })).json)
  t.same(scoresOf((await post({ model: ALIAS, messages, uncertainty: { scorers: ['g_nll'] } })).json), ['g_nll'])
})

t.test('a default that cannot be met does not keep answers back, and reads as a review', async (t) => {
  const { post } = await setupChat(t, TOLD, withDefault({ policy: 'not-made-yet' }))
  const got = await post({ model: ALIAS, messages })
  t.equal(got.status, 200)
  t.equal(got.headers.get('x-uncertainty-action'), 'review')
  t.match(got.json, {
    choices: [{ message: { content: 'Canberra' } }],
    uncertainty: { scores: {}, decision: { action: 'review', score: null } }
  })
  const own = await post({ model: ALIAS, messages, uncertainty: { policy: 'not-made-yet' } })
  t.ok(own.status >= 400, 'the same in a request is the caller’s fault')
})

t.test('faults of a default are told with their place', async (t) => {
  const atHand = { scorers, models: ['small', 'large'] }
  t.same(defaultFaults(undefined, atHand), [])
  t.same(defaultFaults(false, atHand), [])
  t.same(defaultFaults({ preset: 'fast', on_escalate: { model: 'large' } }, atHand), [])
  const [scorer, model] = defaultFaults({ scorers: ['g_nil'], on_escalate: { model: 'lrge' } }, atHand)
  t.match(scorer, /^\/chat\/uncertainty\/scorers\/0: there is no scorer "g_nil"; did you mean "g_nll"/)
  t.match(model, /^\/chat\/uncertainty\/on_escalate\/model: .* lrge; there are: small, large$/)
})

t.test('a service with such a default does not start, and says why', async (t) => {
  const file = join(t.testdir(), 'qualm.json')
  writeFileSync(file, JSON.stringify({ chat: { uncertainty: { scorers: ['g_nil'] } } }))
  const { child, ended } = spawnServer(t, { QUALM_CONFIG: file, QUALM_PORT: '0', QUALM_DATA_DIR: t.testdirName })
  let said = ''
  child.stderr?.on('data', (part: Buffer) => (said += part.toString()))
  t.equal(await ended, 2)
  t.match(said, /Qualm cannot start:\n {2}QUALM_CONFIG: \/chat\/uncertainty\/scorers\/0: there is no scorer "g_nil"/)
})

t.test('the built service uses the default, and passes no key on', async (t) => {
  const echo = reply(({ headers }) =>
    json(completion({ tokens: [{ text: headers.authorization ?? '', logprob: -1 }] }))
  )
  const { url, requests } = await startUpstream(t, echo)
  const file = join(t.testdir(), 'qualm.json')
  const upstreams = { bot: { url, dialect: 'openai', api_key_env: 'BOT_KEY', probe: 'on_demand' } }
  writeFileSync(file, JSON.stringify({ upstreams, chat: { uncertainty: { scorers: ['perplexity'] } } }))
  const none = { QUALM_LANGUAGE_MODEL: 'none', QUALM_ENTAILMENT_MODEL: 'none', QUALM_EMBEDDING_MODEL: 'none' }
  const env = { ...none, QUALM_CONFIG: file, QUALM_DATA_DIR: t.testdirName, BOT_KEY: 'open-sesame-0123' }
  const service = await listeningServer(t, env)
  const response = await fetch(`${service.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'bot', messages })
  })
  const text = await response.text()
  t.equal(requests[0]?.headers.authorization, 'Bearer open-sesame-0123')
  t.match(text, /"content":"Bearer \*\*\*"/)
  t.notMatch(text, 'open-sesame')
  t.notMatch(JSON.stringify(service.log()), 'open-sesame')
  t.same(scoresOf(JSON.parse(text) as Json), ['perplexity'])
})
