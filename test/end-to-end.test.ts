/** The service as a user runs it: the built process, the embedded models, a real socket. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { packageRoot } from '../src/package-root.js'
import type { ScoreResult } from '../src/schemas/score-result.js'
import { loadScorers } from '../src/scorer-registry.js'
import { becomesReady, listeningServer, spawnServer } from './fixtures/server-process.js'

type Json = Record<string, unknown>

const server = await listeningServer(t, { QUALM_DATA_DIR: t.testdir(), QUALM_LOG_LEVEL: 'info' })
await becomesReady(server)

function post(path: string, body: unknown, type = 'application/json'): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body: text })
}

async function score(body: Json): Promise<ScoreResult> {
  const response = await post('/v1/score', body)
  const result: unknown = await response.json()
  if (response.status !== 200) throw new Error(`${String(response.status)}: ${JSON.stringify(result)}`)
  return result as ScoreResult
}

function asking(question: string): Json {
  return {
    messages: [
      { role: 'system', content: 'Answer the question with a short phrase.' },
      { role: 'user', content: question }
    ],
    seed: 7
  }
}

function inRange(value: number, [low, high]: readonly (number | null)[]): boolean {
  return value >= (low ?? -Infinity) && value <= (high ?? Infinity)
}

const CAPITAL = asking('What is the capital of France?')

t.test('every model is ready, has passed its tests and has a digest', async (t) => {
  const { data } = (await (await fetch(`${server.url}/v1/models`)).json()) as { data: Json[] }
  t.same(data.map((model) => model['role']).sort(), ['embedding', 'entailment', 'language'])
  for (const model of data) {
    t.match(model, { source: 'embedded', batch_invariant: true, digest: /^[0-9a-f]{64}$/ })
    const checks = model['self_test'] as { passed: boolean }[]
    t.ok(checks.length >= 3 && checks.every((check) => check.passed), String(model['id']))
  }
})

t.test('the health check of a ready service passes', async (t) => {
  const { ended } = spawnServer(t, { QUALM_PORT: new URL(server.url).port }, ['--healthcheck'])
  t.equal(await ended, 0)
})

t.test('a question alone is answered, sampled and scored', async (t) => {
  const result = await score({ ...CAPITAL, explain: true, include: ['tokens', 'samples', 'entailment'] })
  t.match(result.answer, { text: /Paris/, source: 'generated', finish_reason: 'stop' })
  t.match(result.scores, { g_nll: { status: 'ok' }, semantic_entropy: { status: 'ok' } })
  const tokens = result.answer!.tokens!
  t.equal(tokens.map((token) => token.text).join(''), result.answer!.text)
  const sum = tokens.reduce((total, token) => total - token.logprob, 0)
  t.ok(Math.abs(sum - result.scores['g_nll']!.value!) < 1e-9, 'the score is the sum over the tokens shown')
  t.equal(result.samples?.length, 5)
  t.equal(result.usage.model_calls, 1, 'the answer and the samples are one call')
  t.ok(result.explanation?.summary)
})

t.test('every scorer has a value on the embedded models', async (t) => {
  const names = [...(await loadScorers(new URL('../scorers/', import.meta.url))).keys()]
  const result = await score({
    ...CAPITAL,
    scorers: names.filter((name) => name !== 'conformal_abstention'),
    choices: ['Paris', 'Lyon'],
    context: 'Paris has been the capital of France for centuries.',
    verbalized: { confidence: 0.9 }
  })
  for (const [name, { status, value, range }] of Object.entries(result.scores)) {
    t.equal(status, 'ok', name)
    t.ok(Number.isFinite(value) && inRange(value!, range), name)
  }
})

t.test('an answer alone is scored by teacher forcing, and a wrong one is less likely', async (t) => {
  const [right, wrong] = await Promise.all(
    ['Paris', 'Toulouse'].map((answer) => score({ ...CAPITAL, answer, scorers: ['g_nll'] }))
  )
  t.match(right!.answer, { text: 'Paris', source: 'supplied' })
  t.ok(right!.scores['g_nll']!.value! < wrong!.scores['g_nll']!.value!)
})

t.test('supplied evidence runs no language model', async (t) => {
  const result = await score({
    ...CAPITAL,
    fill: 'never',
    scorers: ['g_nll', 'semantic_entropy', 'lexical_similarity'],
    answer: { text: 'Paris', finish_reason: 'stop', logprobs: { content: [{ token: 'Paris', logprob: -0.25 }] } },
    samples: ['Paris', 'It is Paris.', 'Lyon']
  })
  t.equal(result.scores['g_nll']!.value, 0.25)
  t.match(result.scores['semantic_entropy'], { status: 'ok', detail: { variant: 'discrete' } })
  t.equal(result.usage.model_calls, 0)
})

t.test('the model is asked for its confidence, and a reply without a number is no score', async (t) => {
  const { scores } = await score({ ...CAPITAL, scorers: ['verbalized_confidence', 'g_nll'] })
  const verbalized = scores['verbalized_confidence']!
  t.ok(
    verbalized.status === 'ok'
      ? verbalized.value !== null
      : verbalized.value === null && verbalized.reason === 'not_stated'
  )
})

t.test('scores are the same alone and under load', async (t) => {
  const body = { ...CAPITAL, preset: 'thorough', sampling: { n: 6, max_tokens: 24 } }
  const alone = await score(body)
  const others = ['Who wrote Hamlet?', 'What is 7 times 8?', 'Name a red planet.'].map((question) =>
    score(asking(question))
  )
  const [busy] = await Promise.all([score(body), ...others])
  t.same(busy!.scores, alone.scores)
})

t.test('lines are answered in order, a bad one by itself', async (t) => {
  const good = {
    answer: { text: 'x', logprobs: { content: [{ token: 'x', logprob: -1 }] } },
    fill: 'never',
    scorers: ['g_nll']
  }
  const lines = [{ ...good, custom_id: 'a' }, '{"nonsense', { ...good, custom_id: 'c' }].map((line) =>
    typeof line === 'string' ? line : JSON.stringify(line)
  )
  const response = await post('/v1/score', `${lines.join('\n')}\n`, 'application/x-ndjson')
  const answers = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json)
  t.match(answers, [
    { custom_id: 'a', scores: {} },
    { line: 2, error: { code: 'QUALM_ERR_BAD_JSON' } },
    { custom_id: 'c' }
  ])
})

t.test('a policy made from labelled requests decides on new ones', async (t) => {
  const facts = readFileSync(new URL('examples/facts.jsonl', packageRoot()), 'utf8').trim().split('\n').slice(0, 12)
  const examples = facts.map((line, at) => {
    const { question } = JSON.parse(line) as { question: string }
    return { request: { ...asking(question), sampling: { max_tokens: 16 } }, correct: at % 4 !== 0 }
  })
  const created = await post('/v1/policies', {
    name: 'facts',
    scorer: 'g_nll',
    examples,
    objective: { kind: 'coverage', target: 0.2 }
  })
  const policy = (await created.json()) as Json
  t.equal(created.status, 201, JSON.stringify(policy))
  const response = await post('/v1/score', { ...CAPITAL, scorers: ['conformal_abstention'], policy: 'facts' })
  const result = (await response.json()) as ScoreResult
  t.match(result.decision, { policy: 'facts@1', guarantee: { kind: 'coverage', target: 0.2, valid: true } })
  t.equal(response.headers.get('x-uncertainty-action'), result.decision!.action)
  const { status, value } = result.scores['conformal_abstention']!
  t.ok(status === 'ok' && value! > 0 && value! <= 1)
})

t.test('bad requests get their code and disturb nobody', async (t) => {
  const answer = { text: 'Paris', logprobs: { content: [{ token: 'Paris', logprob: 0.5 }] } }
  const cases: readonly (readonly [Json, number, string])[] = [
    [{ ...CAPITAL, answer }, 422, 'QUALM_ERR_INVALID_LOGPROB'],
    [{ ...CAPITAL, sampels: [] }, 400, 'QUALM_ERR_VALIDATION'],
    [{ ...CAPITAL, scorers: ['g_nnl'] }, 400, 'QUALM_ERR_UNKNOWN_SCORER'],
    [{ ...CAPITAL, model: '../../etc/passwd' }, 404, 'QUALM_ERR_UNKNOWN_MODEL'],
    [{ ...CAPITAL, sampling: { n: 1_000_000 } }, 400, 'QUALM_ERR_VALIDATION'],
    [{ prompt: 'word '.repeat(9000), scorers: ['g_nll'] }, 422, 'QUALM_ERR_PROMPT_TOO_LONG'],
    [{ ...CAPITAL, policy: 'nowhere' }, 404, 'QUALM_ERR_UNKNOWN_POLICY']
  ]
  const bystander = score(asking('What colour is the sky?'))
  for (const [body, status, code] of cases) {
    const response = await post('/v1/score', body)
    t.equal(response.status, status, code)
    t.match(await response.json(), { code })
  }
  t.match((await bystander).scores['g_nll'], { status: 'ok' })
})

t.test('a client that leaves frees its rows', async (t) => {
  const controller = new AbortController()
  const gone = fetch(`${server.url}/v1/score`, {
    method: 'POST',
    signal: controller.signal,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...asking('Tell me a long story.'), sampling: { n: 40, max_tokens: 512 } })
  })
  const running = async (): Promise<number> => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const count = /^qualm_lane_running\{role="language"\} (\d+)$/m.exec(text)?.[1]
    if (count === undefined) throw new Error('the metric of running rows is gone')
    return Number(count)
  }
  while ((await running()) === 0) await new Promise(setImmediate)
  controller.abort()
  await t.rejects(gone)
  while ((await running()) > 0) await new Promise(setImmediate)
  t.pass('no row is left')
})

t.test('no question reached the log', async (t) => {
  t.notMatch(JSON.stringify(server.log()), /France|Hamlet|Paris/)
})

t.test('SIGTERM ends the process with code 0', async (t) => {
  server.child.kill('SIGTERM')
  t.equal(await server.ended, 0)
})
