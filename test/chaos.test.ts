/**
 * The built service before an upstream that fails in another way every 200 ms, under load. `QUALM_TEST_CHAOS_MS` says for
 * how long; 10 s when it is not set.
 */
import { Ajv } from 'ajv'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { ERRORS } from '../src/errors.js'
import { SCORE_REQUEST_EXAMPLE } from '../src/schemas/examples.js'
import { ScoreResult } from '../src/schemas/score-result.js'
import { MODES, NLL, startChaos } from './fixtures/chaotic-upstream.js'
import { becomesReady, listeningServer } from './fixtures/server-process.js'

type Json = Record<string, unknown>

const CHAOS_MS = Number(process.env['QUALM_TEST_CHAOS_MS'] ?? 10_000)
const TOGGLE_MS = 200
const WORKERS = 8
const PATIENCE_MS = 20_000
const BREAKER_MS = 300

t.setTimeout(CHAOS_MS + 120_000)

const upstream = await startChaos(t, TOGGLE_MS)
const limits = {
  timeout_ms: 600,
  idle_timeout_ms: 300,
  max_concurrency: 16,
  max_waiting: 16,
  breaker_failures: 5,
  breaker_ms: BREAKER_MS
}
const folder = t.testdir({
  'qualm.json': JSON.stringify({ upstreams: { big: { url: upstream.url, dialect: 'openai', limits } } })
})
const server = await listeningServer(t, {
  QUALM_CONFIG: join(folder, 'qualm.json'),
  QUALM_DATA_DIR: join(folder, 'data'),
  QUALM_LANGUAGE_MODEL: 'none',
  QUALM_ENTAILMENT_MODEL: 'none',
  QUALM_EMBEDDING_MODEL: 'none',
  QUALM_MAX_REMOTE_ACTIVE: '3',
  QUALM_QUEUE_LIMIT: '1'
})
await becomesReady(server)

const validate = new Ajv({ strict: false, allErrors: true }).compile(ScoreResult)

/** Requests by what became of them, and everything that must not be. */
const seen = new Map<string, number>()
const wrong = new Map<string, unknown>()
const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1)
const object = (what: string, about: unknown): void => {
  if (!wrong.has(what)) wrong.set(what, about instanceof Error ? String(about) : about)
}

async function send(path: string, body: Json, signal = AbortSignal.timeout(PATIENCE_MS)) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal }
  const response = await fetch(`${server.url}${path}`, init)
  return { status: response.status, text: await response.text() }
}

/** JSON of a text; null when it is none. */
function parsed(text: string): Json | null {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

const QUESTION = 'What is the capital of Australia?'
const messages = [{ role: 'user', content: QUESTION }]
const DECIDES_ON: Readonly<Record<string, string>> = { likely: 'g_nll', alike: 'lexical_similarity' }
const SAMPLED = { scorers: ['lexical_similarity'], policy: 'alike', sampling: { n: 4 }, include: ['samples'] }

async function makePolicy(name: string): Promise<void> {
  const examples = Array.from({ length: 200 }, (_, i) => ({ score: (i + 1) / 200, correct: i < 180 }))
  const objective = { kind: 'expected_cost', costs: { wrong: 10, review: 2, abstain: 1 } }
  const { status, text } = await send('/v1/policies', { name, scorer: DECIDES_ON[name], examples, objective })
  if (status !== 201) throw new Error(text)
}

interface Scored {
  readonly scores: Readonly<Record<string, { readonly status: string; readonly value: number | null }>>
  readonly decision?: { readonly action: string; readonly policy: string; readonly reason?: string }
  readonly warnings: readonly { readonly code: string }[]
  readonly evidence: { readonly samples?: { readonly received: number } }
  readonly samples?: readonly { readonly text: string }[]
}

/** What may be said of any result, whatever the upstream did. */
function inspect(scored: Scored): void {
  const { scores, decision, warnings, evidence, samples = [] } = scored
  for (const [name, { status, value }] of Object.entries(scores)) {
    count(`score ${name} ${status}`)
    if ((status === 'ok') !== (typeof value === 'number')) object('a value without evidence, or none with it', scored)
  }
  const nll = scores['g_nll']?.value ?? null
  if (nll !== null && Math.abs(nll - NLL) > 1e-9) object('a g_nll that no answer has', scored)
  if (scores['lexical_similarity']?.status === 'ok' && !((evidence.samples?.received ?? 0) >= 2)) {
    object('an agreement of fewer than two samples', scored)
  }
  if (decision === undefined) return
  count(`decision ${decision.action}`)
  if (decision.reason !== undefined) count(`decision for ${decision.reason}`)
  const by = DECIDES_ON[decision.policy.split('@')[0]!]!
  const accepted = decision.action === 'accept'
  if (accepted && scores[by]?.status !== 'ok') object('an accept on missing evidence', scored)
  if (!accepted || by !== 'lexical_similarity') return
  const isDegenerate = warnings.some(({ code }) => code === 'degenerate_samples')
  const areAlike = samples.length > 1 && new Set(samples.map(({ text }) => text)).size === 1
  if (isDegenerate || areAlike) object('an accept on samples that are all the same', scored)
}

const STATUSES: ReadonlySet<number> = new Set([422, 429, 502, 503, 504])

function inspectProblem(status: number, text: string): void {
  const { code, status: told } = (parsed(text) ?? {}) as { readonly code?: string; readonly status?: number }
  count(`score ${status} ${code}`)
  if (code === undefined || !(code in ERRORS) || told !== status || !STATUSES.has(status)) {
    object('an error of /v1/score that is not documented', { status, text })
  }
}

async function score(extra: Json): Promise<void> {
  const { status, text } = await send('/v1/score', { prompt: QUESTION, model: 'big', ...extra })
  if (status !== 200) return inspectProblem(status, text)
  count('score 200')
  const result = parsed(text)
  if (!validate(result)) object('a result that does not fit its schema', validate.errors)
  inspect(result as unknown as Scored)
}

/** What the upstream itself says in OpenAI's form is passed on as it is. */
const OWN_ERRORS = new Map([
  [500, 'Out of memory'],
  [429, 'Rate limit reached']
])

function inspectError(where: string, status: number | null, error: unknown): void {
  const { message, code } = (error ?? {}) as { readonly message?: string; readonly code?: string | null }
  count(`${where} ${status} ${code}`)
  const isOurs = typeof code === 'string' && code in ERRORS && (status === null || STATUSES.has(status))
  const isOwn = status !== null && message !== undefined && OWN_ERRORS.get(status) === message
  if (!isOurs && !isOwn) object(`an error of ${where} without a code`, { status, error })
}

async function chat(extra: Json): Promise<void> {
  const { status, text } = await send('/v1/chat/completions', { model: 'big', messages, ...extra })
  const answer = parsed(text)
  if (status !== 200) return inspectError('chat', status, answer?.['error'])
  count('chat 200')
  if (!Array.isArray(answer?.['choices'])) return object('a 200 that is no completion', text)
  inspectUncertainty(answer['uncertainty'])
}

/** When scoring failed as a whole, it says why. */
function inspectUncertainty(uncertainty: unknown): void {
  const told = uncertainty as (Scored & { readonly error?: { readonly code?: string } }) | undefined
  if (told?.scores !== undefined)
    return inspect({ ...told, evidence: told.evidence ?? {}, warnings: told.warnings ?? [] })
  count(`chat unscored ${told?.error?.code}`)
  if (!(String(told?.error?.code) in ERRORS)) object('an uncertainty without scores and without a code', uncertainty)
}

/** Without scoring a 200 is passed on as it is, whatever it says. */
async function unscored(): Promise<void> {
  const { status, text } = await send('/v1/chat/completions', { model: 'big', messages, uncertainty: false })
  if (status !== 200) return inspectError('unscored chat', status, parsed(text)?.['error'])
  count('unscored chat 200')
  if (text.includes('"uncertainty"')) object('uncertainty that nobody asked for', text)
}

async function stream(): Promise<void> {
  const body = { model: 'big', messages, stream: true, uncertainty: { policy: 'likely', scorers: ['g_nll'] } }
  const { status, text } = await send('/v1/chat/completions', body)
  if (status !== 200) return inspectError('stream', status, parsed(text)?.['error'])
  const data = text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
  const last = data.at(-1) ?? ''
  if (last !== '[DONE]') return inspectError('broken stream', null, parsed(last)?.['error'])
  count('stream 200')
  const told = data.flatMap((each) => (each.includes('"uncertainty"') ? [parsed(each)?.['uncertainty']] : []))
  if (told.length !== 1) object('a whole stream without uncertainty', text)
  else inspectUncertainty(told[0])
}

/** A client that does not wait for its answer. */
async function leave(): Promise<void> {
  const body = { prompt: QUESTION, model: 'big', ...SAMPLED }
  const signal = AbortSignal.timeout(Math.ceil(Math.random() * 100))
  await send('/v1/score', body, signal).then(
    () => count('came before the client left'),
    () => count('client left')
  )
}

async function supplied(): Promise<void> {
  const { status, text } = await send('/v1/score', SCORE_REQUEST_EXAMPLE as unknown as Json)
  count(`supplied ${status}`)
  const { scores } = (parsed(text) ?? {}) as Partial<Scored>
  if (status !== 200 || scores?.['g_nll']?.value !== 0.42) object('supplied evidence that is not scored', text)
}

/** Finds out again what the upstream can do, as an operator does: an answer without log-probabilities is not forgotten. */
async function probe(): Promise<void> {
  const { status } = await fetch(`${server.url}/v1/models/big?fresh=true`)
  count(`probe ${status}`)
  if (status !== 200) object('a probe that fails', status)
}

const KINDS: readonly (() => Promise<void>)[] = [
  () => score({ scorers: ['g_nll'], policy: 'likely' }),
  () => score(SAMPLED),
  () => score({ scorers: ['g_nll', 'lexical_similarity'], sampling: { n: 3 }, budget: { deadline_ms: 1000 } }),
  () => chat({ uncertainty: { scorers: ['g_nll'], policy: 'likely' } }),
  () => chat({ temperature: 1, uncertainty: SAMPLED }),
  unscored,
  stream,
  leave
]

/** Does one after the other until the time is over; what throws got no answer. */
async function during(untilMs: number, pauseMs: number, next: (turn: number) => () => Promise<void>): Promise<void> {
  for (let turn = 0; performance.now() < untilMs; turn++) {
    await next(turn)().catch((error: unknown) => object('a request without an answer', error))
    await pause(pauseMs)
  }
}

const GAUGES = ['qualm_requests_active', 'qualm_queue_depth', 'qualm_upstream_open', 'qualm_upstream_waiting']

/** Series of the gauges that are not 0. */
async function held(): Promise<readonly string[]> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const series = text.split('\n').filter((line) => GAUGES.some((name) => line.startsWith(`${name}{`)))
  if (series.length < GAUGES.length) return ['a gauge is gone']
  return series.filter((line) => !line.endsWith(' 0'))
}

t.test('under a chaotic upstream every request gets a coded answer and nothing reads as certain', async (t) => {
  await Promise.all(Object.keys(DECIDES_ON).map(makePolicy))
  const until = performance.now() + CHAOS_MS
  await Promise.all([
    ...Array.from({ length: WORKERS }, (_, w) => during(until, 5, (turn) => KINDS[(turn + w) % KINDS.length]!)),
    during(until, 5, () => supplied),
    during(until, TOGGLE_MS, () => probe)
  ])
  t.comment(Object.fromEntries([...seen].sort(([a], [b]) => a.localeCompare(b))))
  t.comment(upstream.answered)
  for (const [what, about] of wrong) t.fail(`${what}: ${JSON.stringify(about)}`)
  t.same([...wrong.keys()], [])
})

t.test('it was chaos: the modes were met, and answers of every kind came', async (t) => {
  const rounds = CHAOS_MS / (TOGGLE_MS * 2 * Object.keys(MODES).length)
  const met = Object.keys(upstream.answered).sort()
  // In one round a circuit that is open may let a mode pass by.
  if (rounds >= 4) t.same(met, Object.keys(MODES).sort())
  else t.ok(met.length >= (3 / 4) * Object.keys(MODES).length, met.join(', '))
  for (const what of ['score 200', 'chat 200', 'stream 200', 'supplied 200', 'client left', 'decision accept']) {
    t.ok(seen.get(what), what)
  }
  t.ok(seen.get('decision review'), 'missing evidence was met, too')
})

t.test('afterwards nothing is held, and a plain request succeeds once the circuit has closed', async (t) => {
  upstream.settle('ok')
  let left = await held()
  for (let tries = 0; tries < 200 && (left.length > 0 || upstream.open > 0); tries++) {
    await pause(25)
    left = await held()
  }
  t.same([left, upstream.open], [[], 0])
  await pause(BREAKER_MS)
  await probe()
  const plain = await send('/v1/score', { prompt: QUESTION, model: 'big', scorers: ['g_nll'], policy: 'likely' })
  t.equal(plain.status, 200, plain.text)
  t.match(parsed(plain.text), { scores: { g_nll: { status: 'ok' } }, decision: { action: 'accept' } })
  t.equal(server.child.exitCode, null)
  t.same(
    server.log().filter(({ level }) => Number(level) >= 60),
    []
  )
})
