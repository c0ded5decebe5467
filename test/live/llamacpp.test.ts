/**
 * Qualm before a real llama.cpp server that holds the embedded model's weights: the same questions through the upstream
 * and through the embedded engine. `npm run test:upstream`; skips where llama.cpp is not installed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../../src/package-root.js'
import type { ScoreResult } from '../../src/schemas/score-result.js'
import { findLlamaCpp, HOW_TO_INSTALL, startLlamaCpp, type LlamaCpp } from '../fixtures/llamacpp-server.js'
import { becomesReady, listeningServer } from '../fixtures/server-process.js'

const ALIAS = 'smollm2-gguf'
const EMBEDDED = 'smollm2-135m-instruct'
const QUESTIONS = 24

const questions = readFileSync(new URL('examples/facts.jsonl', packageRoot()), 'utf8')
  .split('\n')
  .slice(0, QUESTIONS)
  .map((line) => (JSON.parse(line) as { readonly question: string }).question)

interface Pair {
  readonly upstream: ScoreResult
  readonly embedded: ScoreResult
}

function valueOf({ scores }: ScoreResult, name: string): number {
  return scores[name]!.value!
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

function correlation(xs: readonly number[], ys: readonly number[]): number {
  const [mx, my] = [mean(xs), mean(ys)]
  const products = (as: readonly number[], a: number, bs: readonly number[], b: number) =>
    mean(as.map((each, i) => (each - a) * (bs[i]! - b)))
  return products(xs, mx, ys, my) / Math.sqrt(products(xs, mx, xs, mx) * products(ys, my, ys, my))
}

/** Share of all pairs that both orders put the same way round. */
function sameOrder(xs: readonly number[], ys: readonly number[]): number {
  const pairs = xs.flatMap((x, i) => xs.slice(0, i).map((other, j) => (x - other) * (ys[i]! - ys[j]!) > 0))
  return pairs.filter(Boolean).length / pairs.length
}

async function run(found: LlamaCpp): Promise<void> {
  const folder = t.testdir()
  const url = await startLlamaCpp(t, found)
  const file = join(folder, 'qualm.json')
  writeFileSync(file, JSON.stringify({ upstreams: { [ALIAS]: { url, dialect: 'auto' } } }))
  const server = await listeningServer(t, { QUALM_DATA_DIR: folder, QUALM_CONFIG: file })
  await becomesReady(server)

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body)
    })
  const score = async (body: object): Promise<ScoreResult> => {
    const response = await post('/v1/score', body)
    const result = (await response.json()) as ScoreResult
    if (response.status !== 200) throw new Error(JSON.stringify(result))
    return result
  }
  const asking = (question: string): object => ({
    messages: [
      { role: 'system', content: 'Answer the question with a short phrase.' },
      { role: 'user', content: question }
    ],
    scorers: ['g_nll', 'mean_nll'],
    // The server does not tell the end token.
    options: { g_nll: { include_eos: 'never' }, mean_nll: { include_eos: 'never' } },
    sampling: { max_tokens: 24 }
  })

  t.test('the probe finds out what the server can do', async (t) => {
    const response = await fetch(`${server.url}/v1/models/${ALIAS}?fresh=true`)
    const model = (await response.json()) as { readonly source: string; readonly probe: object }
    t.equal(model.source, 'upstream')
    t.match(model.probe, { dialect: 'llamacpp', logprobs: true, basis: 'pre_sampling', n: false })
  })

  t.test('G-NLL through the upstream and through the embedded engine agree on the same texts', async (t) => {
    const pairs: Pair[] = []
    for (const question of questions) {
      const upstream = await score({ ...asking(question), model: ALIAS })
      const { text, finish_reason } = upstream.answer!
      const answer = { text, finish_reason, decoding: { temperature: 0 } }
      pairs.push({ upstream, embedded: await score({ ...asking(question), model: EMBEDDED, answer }) })
    }
    const [there, here] = [pairs.map(({ upstream }) => upstream), pairs.map(({ embedded }) => embedded)]
    const perToken = there.map((one, i) => Math.abs(valueOf(one, 'mean_nll') - valueOf(here[i]!, 'mean_nll')))
    const whole = there.map((one, i) => Math.abs(valueOf(one, 'g_nll') - valueOf(here[i]!, 'g_nll')))
    const order = sameOrder(
      there.map((one) => valueOf(one, 'mean_nll')),
      here.map((one) => valueOf(one, 'mean_nll'))
    )
    t.comment(`${pairs.length} greedy answers of llama.cpp (weights Q4_1), read again by the embedded model (int8)`)
    const [most, worst] = [Math.max(...perToken), perToken.indexOf(Math.max(...perToken))]
    const told = (values: readonly number[]) => `median ${median(values).toFixed(4)}, mean ${mean(values).toFixed(4)}`
    t.comment(`difference of the mean NLL in nats a token: ${told(perToken)}`)
    t.comment(`most: ${most.toFixed(4)} for ${JSON.stringify(there[worst]!.answer?.text)}`)
    const others = pairs.filter((_, i) => i !== worst)
    const without = perToken.filter((_, i) => i !== worst)
    const related = correlation(
      others.map(({ upstream }) => valueOf(upstream, 'mean_nll')),
      others.map(({ embedded }) => valueOf(embedded, 'mean_nll'))
    )
    t.comment(
      `without it: ${told(without)}, most ${Math.max(...without).toFixed(4)}, correlation ${related.toFixed(4)}`
    )
    t.comment(`difference of G-NLL in nats: ${told(whole)}`)
    t.comment(`pairs of answers in the same order: ${(100 * order).toFixed(1)} %`)
    t.ok(
      there.every(({ evidence }) => evidence.answer?.alignment === 'exact'),
      'tokens rebuild every text'
    )
    t.ok(median(perToken) < 0.05, 'the two quantisations differ by little')
    t.ok(order > 0.85, 'and put answers in the same order')
  })

  t.test('samples of the upstream vary with the seed, and are the same for the same', async (t) => {
    const body = {
      model: ALIAS,
      prompt: 'Name a colour, an animal and a city.',
      scorers: ['lexical_similarity', 'semantic_entropy'],
      sampling: { n: 4, max_tokens: 16 },
      include: ['samples'],
      seed: 3
    }
    const texts = ({ samples }: ScoreResult) => samples?.map(({ text }) => text)
    const first = await score(body)
    t.match(first.evidence.samples, { requested: 4, received: 4 })
    t.ok(new Set(texts(first)).size > 1)
    t.same(texts(await score(body)), texts(first))
  })

  t.test('a chat goes through, streamed or not, with its uncertainty', async (t) => {
    const chat = { model: ALIAS, messages: [{ role: 'user', content: questions[0] }], max_tokens: 12, temperature: 0 }
    const whole = (await (await post('/v1/chat/completions', chat)).json()) as {
      readonly choices: readonly { readonly message: { readonly content: string } }[]
      readonly uncertainty: ScoreResult
    }
    t.equal(whole.uncertainty.scores['g_nll']?.status, 'ok')
    const streamed = await (await post('/v1/chat/completions', { ...chat, stream: true })).text()
    const events = streamed.split('\n\n').filter((event) => event.startsWith('data: {'))
    const chunks = events.map(
      (event) =>
        JSON.parse(event.slice('data: '.length)) as {
          choices: { delta: { content?: string } }[]
          uncertainty?: ScoreResult
        }
    )
    const text = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).join('')
    t.equal(text, whole.choices[0]?.message.content)
    t.ok(chunks.some(({ uncertainty }) => uncertainty?.scores['g_nll']?.status === 'ok'))
    t.match(streamed, /data: \[DONE\]\s*$/u)
  })
}

const found = findLlamaCpp()
if (found === null) t.test('llama.cpp', { skip: HOW_TO_INSTALL }, () => undefined)
else await run(found)
