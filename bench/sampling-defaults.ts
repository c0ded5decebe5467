/**
 * Chooses the default sampling settings and clustering rule by measurement: answers the example questions greedily, draws
 * ten samples at each setting, and prints how well each score tells wrong answers from right ones (AUROC).
 * Run: npm run bench:defaults [-- questions]
 */
import { createBenchEngine } from './engine.js'
import { type Fact, isRight, readFacts } from './facts.js'
import type { Engine, Pair, Row } from '../src/engine/engine.js'
import { mayMatch, meaningKey, sameMeaning } from '../src/math/clusters.js'
import { meanPairwiseSimilarity } from '../src/math/lexical.js'
import { mean, sum } from '../src/math/logprob.js'
import { auroc } from '../src/math/metrics.js'
import { clusterMasses, SEMANTIC_ENTROPIES } from '../src/math/semantic-entropy.js'

/** The rules between which the default is chosen. */
type Rule = 'strict' | 'loose'

const SAMPLES = 10
const MAX_TOKENS = 32
const SETTINGS = [
  { temperature: 0.6, topP: 0.95 },
  { temperature: 1, topP: 1 }
]
const signal = new AbortController().signal

interface Drawn {
  readonly fact: Fact
  readonly answer: Row
  readonly samples: readonly Row[]
}

async function drawAll(
  engine: Engine,
  facts: readonly Fact[],
  temperature: number,
  topP: number
): Promise<readonly Drawn[]> {
  const greedy = { temperature: 0, topP: 1, topK: null }
  const rows = [greedy, ...Array.from({ length: SAMPLES }, () => ({ temperature, topP, topK: null }))]
  return inTurns(facts, async (fact, at) => {
    const messages = [
      { role: 'system', content: 'Answer the question with a short phrase.' },
      { role: 'user', content: fact.question }
    ] as const
    const request = {
      model: engine.models()[0]!.id,
      messages,
      rows,
      maxTokens: MAX_TOKENS,
      stop: [],
      seed: at,
      topCount: 0
    }
    const [answer, ...samples] = (await engine.generate(request, { signal })).rows
    return { fact, answer: answer!, samples }
  })
}

async function inTurns<T, R>(items: readonly T[], work: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const turn = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!, at)
  }
  await Promise.all(Array.from({ length: 8 }, turn))
  return results
}

/** Clusters of the samples under each rule. Backward comparisons are made only where the forward one does not contradict. */
async function clusterings(engine: Engine, { fact, samples }: Drawn): Promise<Record<Rule, number[]>> {
  const keys = samples.map((sample) => meaningKey(sample.text))
  const distinct = [...new Set(keys)]
  const textOf = (key: string) => `${fact.question} ${samples[keys.indexOf(key)]!.text}`
  const pair = ([a, b]: readonly [string, string]): Pair => ({ premise: textOf(a), hypothesis: textOf(b) })
  const forward = distinct.flatMap((a, at) => distinct.slice(at + 1).map((b): [string, string] => [a, b]))
  const ahead = await engine.entail(forward.map(pair), { signal })
  const open = forward.filter((_, at) => mayMatch(ahead[at]!, 'loose') || mayMatch(ahead[at]!, 'strict'))
  const back = await engine.entail(
    open.map(([a, b]) => pair([b, a])),
    { signal }
  )
  const same = (a: string, b: string, rule: Rule): boolean => {
    const found = open.findIndex(([first, second]) => first === a && second === b)
    return found >= 0 && sameMeaning(ahead[forward.indexOf(open[found]!)]!, back[found]!, rule)
  }
  const cluster = (rule: Rule) =>
    assignFirstMatch(keys.length, (i, j) => keys[i] === keys[j] || same(keys[i]!, keys[j]!, rule))
  return { strict: cluster('strict'), loose: cluster('loose') }
}

/** The cluster of each item: that of the first earlier cluster whose first member is the same, else a new one. */
function assignFirstMatch(count: number, same: (representative: number, item: number) => boolean): number[] {
  const representatives: number[] = []
  return Array.from({ length: count }, (_, item) => {
    const found = representatives.findIndex((representative) => same(representative, item))
    return found < 0 ? representatives.push(item) - 1 : found
  })
}

function logprobs(row: Row): number[] {
  return row.tokens.map((token) => token.logprob)
}

function scoresOf(drawn: Drawn, clusters: Record<Rule, number[]>): Record<string, number> {
  const answer = logprobs(drawn.answer)
  const sums = drawn.samples.map((sample) => sum(logprobs(sample)))
  const means = drawn.samples.map((sample) => mean(logprobs(sample)))
  const entropies = Object.fromEntries(
    (['strict', 'loose'] as const).flatMap((rule) => [
      [`semantic entropy rao/mean ${rule}`, SEMANTIC_ENTROPIES.rao(clusterMasses(clusters[rule], means))],
      [`semantic entropy rao/sum ${rule}`, SEMANTIC_ENTROPIES.rao(clusterMasses(clusters[rule], sums))],
      [`semantic entropy discrete ${rule}`, SEMANTIC_ENTROPIES.discrete(clusterMasses(clusters[rule], means))],
      [`semantic sets ${rule}`, new Set(clusters[rule]).size]
    ])
  )
  return {
    'G-NLL': -sum(answer),
    'mean NLL': -mean(answer),
    'max NLL': Math.max(...answer.map((each) => -each)),
    'mean token entropy': mean(drawn.answer.tokens.map((token) => token.entropy)),
    'max token entropy': Math.max(...drawn.answer.tokens.map((token) => token.entropy)),
    'predictive entropy': -mean(sums),
    'normalized predictive entropy': -mean(means),
    'lexical similarity': 1 - meanPairwiseSimilarity(drawn.samples.map((sample) => sample.text)).similarity,
    ...entropies
  }
}

async function measure(
  engine: Engine,
  facts: readonly Fact[],
  temperature: number,
  topP: number
): Promise<Map<string, number | null>> {
  const drawn = await drawAll(engine, facts, temperature, topP)
  const wrong = drawn.map(({ fact, answer }) => !isRight(answer.text, fact.answers))
  const scores = await inTurns(drawn, async (each) => scoresOf(each, await clusterings(engine, each)))
  return new Map(
    Object.keys(scores[0]!).map((name) => [
      name,
      auroc(
        scores.map((each) => each[name]!),
        wrong
      )
    ])
  )
}

const facts = readFacts().slice(0, Number(process.argv[2] ?? 349))
const engine = await createBenchEngine()
const columns: Map<string, number | null>[] = []
for (const { temperature, topP } of SETTINGS) {
  columns.push(await measure(engine, facts, temperature, topP))
  console.error(
    `temperature ${String(temperature)}, top-p ${String(topP)}: ${JSON.stringify(Object.fromEntries(columns.at(-1)!))}`
  )
}
console.log(
  `AUROC on ${String(facts.length)} questions, ${String(SAMPLES)} samples of up to ${String(MAX_TOKENS)} tokens\n`
)
console.log(
  `| score | ${SETTINGS.map((each) => `T ${String(each.temperature)}, p ${String(each.topP)}`).join(' | ')} |`
)
console.log(`|---|${SETTINGS.map(() => '---|').join('')}`)
for (const name of columns[0]!.keys()) {
  console.log(`| ${name} | ${columns.map((column) => column.get(name)?.toFixed(3) ?? '–').join(' | ')} |`)
}
await engine.close()
