/** A Qualm whose upstream is another Qualm with the embedded model, both as processes; and what `qualm doctor` says. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { fileURLToPath } from 'node:url'
import type { ScoreResult } from '../src/schemas/score-result.js'
import { completion } from './fixtures/completions.js'
import { becomesReady, listeningServer } from './fixtures/server-process.js'
import { json, reply, startUpstream } from './fixtures/upstream-server.js'

t.setTimeout(240_000)

const COMMAND = fileURLToPath(new URL('../src/cli/main.js', import.meta.url))
const MODEL = 'smollm2-135m-instruct'
const NO_ENCODERS = { QUALM_ENTAILMENT_MODEL: 'none', QUALM_EMBEDDING_MODEL: 'none' }

const inner = await listeningServer(t, { QUALM_DATA_DIR: join(t.testdir(), 'inner'), ...NO_ENCODERS })
await becomesReady(inner)

const mute = await startUpstream(
  t,
  reply(({ body }) => {
    const { n = 1 } = (body ?? {}) as { readonly n?: number }
    return json(completion({ text: 'Canberra', tokens: null, n }))
  })
)
const unused = createServer().listen(0, '127.0.0.1')
await once(unused, 'listening')
const { port: deadPort } = unused.address() as AddressInfo
unused.close()
await once(unused, 'close')

const upstreams = {
  inner: { url: `${inner.url}/v1`, dialect: 'openai', model: MODEL, basis: 'pre_sampling' },
  mute: { url: mute.url, dialect: 'openai' },
  dead: { url: `http://127.0.0.1:${deadPort}/v1`, dialect: 'openai', limits: { retries: 0 } }
}
const config = (aliases: readonly (keyof typeof upstreams)[]) => {
  const chosen = Object.fromEntries(aliases.map((alias) => [alias, upstreams[alias]]))
  return join(
    t.testdir({ [`${aliases.join('-')}.json`]: JSON.stringify({ upstreams: chosen }) }),
    `${aliases.join('-')}.json`
  )
}

const outer = await listeningServer(t, {
  QUALM_CONFIG: config(['inner']),
  QUALM_DATA_DIR: join(t.testdirName, 'outer'),
  QUALM_LANGUAGE_MODEL: 'none',
  QUALM_DEFAULT_MODEL: 'inner',
  ...NO_ENCODERS
})
await becomesReady(outer)

const QUESTIONS = ['What is the capital of France?', 'Name a red planet.', 'Who wrote Hamlet?']

async function score(url: string, question: string, options: object): Promise<ScoreResult> {
  const response = await fetch(`${url}/v1/score`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      messages: [
        { role: 'system', content: 'Answer the question with a short phrase.' },
        { role: 'user', content: question }
      ],
      scorers: ['g_nll'],
      sampling: { max_tokens: 24 },
      options: { g_nll: options }
    })
  })
  if (response.status !== 200) throw new Error(await response.text())
  return (await response.json()) as ScoreResult
}

for (const question of QUESTIONS) {
  t.test(`the greedy answer has the same g_nll through the upstream as where it is written: ${question}`, async (t) => {
    const options = { include_eos: 'never' }
    const [own, through] = await Promise.all([score(inner.url, question, options), score(outer.url, question, options)])
    t.match([own.model, through.model], [MODEL, 'inner'])
    t.equal(through.answer?.text, own.answer?.text)
    t.ok(own.answer!.text.length > 0)
    const [here, there] = [own.scores['g_nll']!, through.scores['g_nll']!]
    t.match([here.status, there.status], ['ok', 'ok'])
    t.ok(here.value! > 0)
    t.ok(Math.abs(here.value! - there.value!) < 1e-6, `${here.value} and ${there.value}`)
  })
}

async function doctor(QUALM_CONFIG: string, aliases: readonly string[] = []) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [COMMAND, 'doctor', ...aliases], {
    env: { PATH, QUALM_CONFIG },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  t.teardown(() => child.kill('SIGKILL'))
  let text = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk))
  const [code] = (await once(child, 'close')) as [number]
  return { code, text, errors }
}

t.test('qualm doctor tells of each upstream what it can do, and 3 when one cannot be reached', async (t) => {
  const { code, text } = await doctor(config(['inner', 'mute', 'dead']))
  t.equal(code, 3)
  t.comment(text)
  t.match(text, /^alias +dialect +reachable +log-probs +alternatives +n +seed +basis +forcing +problem$/m)
  t.match(text, /^inner +openai +yes +yes +20 +yes +yes +pre_sampling +no$/m)
  t.match(text, /^mute +openai +yes +no +\? +yes +\? +unknown +no$/m)
  t.match(text, /^dead +openai +no +.*ECONNREFUSED/m)
  t.match(text, /^inner reads no given texts; skipped: .*pmi/m)
  t.match(text, /^mute tells no log-probabilities; skipped: .*g_nll/m)
  t.notMatch(text, /^dead .*skipped/m)
})

t.test(
  'qualm doctor ends with 0 when all that it asks can be reached, with 2 when it knows no such alias',
  async (t) => {
    const file = config(['inner', 'dead'])
    t.match(await doctor(file, ['inner']), { code: 0, errors: '' })
    t.match(await doctor(file, ['outer']), {
      code: 2,
      text: '',
      errors: /"outer" is not an upstream; there are: inner, dead/
    })
  }
)
