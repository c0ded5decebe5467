import t from 'tap'
import type { Decoding } from '../../../src/engine/engine.js'
import type { RunResult } from '../../../src/engine/language/decoder.js'
import { draw, TRUNCATION_TOP, truncates } from '../../../src/engine/language/draw.js'
import { Random } from '../../fixtures/onnx/random.js'

const VOCABULARY = 500
const GRID = 2000

/** softmax(logits / temperature) in float64. */
function softmax(logits: Float32Array, temperature: number): number[] {
  const peak = Math.max(...logits) / temperature
  const weights = Array.from(logits, (logit) => Math.exp(logit / temperature - peak))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** What a run says about one row of logits. The draw over the whole distribution is marked by an id of its own. */
function resultOf(logits: Float32Array, temperature: number): RunResult {
  const [plain, tempered] = [softmax(logits, 1), softmax(logits, temperature)]
  const topIds = plain
    .map((_, id) => id)
    .sort((a, b) => plain[b]! - plain[a]!)
    .slice(0, TRUNCATION_TOP)
  return {
    newCache: new Float32Array(0),
    entropies: Float32Array.of(0),
    topIds,
    topLogprobs: Float32Array.from(topIds, (id) => Math.log(plain[id]!)),
    topTempered: Float32Array.from(topIds, (id) => tempered[id]!),
    targetLogprobs: Float32Array.of(0),
    sampleIds: [VOCABULARY + 1],
    sampleLogprobs: Float32Array.of(-3),
    fullLogprobs: Float32Array.from(plain, Math.log)
  }
}

/** Top-k first, then the smallest set with the given share of what is left, renormalised; zero elsewhere. */
function truncated(probabilities: readonly number[], { topP, topK }: Decoding): number[] {
  const order = probabilities.map((_, id) => id).sort((a, b) => probabilities[b]! - probabilities[a]!)
  const first = order.slice(0, topK ?? order.length)
  const share = topP * first.reduce((sum, id) => sum + probabilities[id]!, 0)
  const kept: number[] = []
  for (let mass = 0; kept.length < first.length && mass < share; mass += probabilities[kept.at(-1)!]!) {
    kept.push(first[kept.length]!)
  }
  const total = kept.reduce((sum, id) => sum + probabilities[id]!, 0)
  return probabilities.map((p, id) => (kept.includes(id) ? p / total : 0))
}

const random = new Random(11)
const flat = random.normals(VOCABULARY, 0.5)
const peaked = random.normals(VOCABULARY, 4)

interface Case {
  readonly title: string
  readonly logits: Float32Array
  readonly decoding: Decoding
  readonly whole: boolean
}

function where(
  title: string,
  logits: Float32Array,
  temperature: number,
  topP: number,
  topK: number | null,
  whole: boolean
): Case {
  return { title, logits, decoding: { temperature, topP, topK }, whole }
}

const CASES: readonly Case[] = [
  where('top-k inside the top list', flat, 0.7, 1, 5, false),
  where('top-k as long as the top list', flat, 1, 1, 64, false),
  where('top-k beyond the top list', flat, 1, 1, 100, true),
  where('top-k above the vocabulary', flat, 1, 1, 900, true),
  where('a nucleus inside the top list', peaked, 1, 0.8, null, false),
  where('a nucleus of one entry', peaked, 0.1, 0.3, null, false),
  where('a nucleus beyond the top list', flat, 1.3, 0.9, null, true),
  where('a nucleus of the top-k', flat, 1, 0.5, 20, false),
  where('a nucleus of a top-k beyond the list', flat, 1, 0.5, 300, true)
]

for (const { title, logits, decoding, whole } of CASES) {
  t.test(`${title}: draws have the truncated and renormalised distribution`, async (t) => {
    const result = resultOf(logits, decoding.temperature)
    const expected = truncated(softmax(logits, decoding.temperature), decoding)
    let wholeRows = 0
    const counts = new Float64Array(VOCABULARY)
    const logprobs = new Map<number, number>()
    for (let at = 0; at < GRID; at++) {
      const drawn = draw(result, 0, TRUNCATION_TOP, decoding, (at + 0.5) / GRID, () => {
        wholeRows += 1
        return result.fullLogprobs
      })
      counts[drawn.id]! += 1
      logprobs.set(drawn.id, drawn.logprob)
    }
    const missed = counts.reduce((most, count, id) => Math.max(most, Math.abs(count - expected[id]! * GRID)), 0)
    t.ok(missed < 1.1, `${missed} draws off`)
    t.ok(
      counts.every((count, id) => expected[id] !== 0 || count === 0),
      'nothing beyond the kept entries'
    )
    t.equal(wholeRows > 0, whole, 'the whole row is read only where it is needed')
    const untempered = softmax(logits, 1)
    t.ok(
      [...logprobs].every(([id, logprob]) => Math.abs(logprob - Math.log(untempered[id]!)) < 1e-5),
      'log-probabilities are of the whole distribution at temperature 1'
    )
  })
}

t.test('a greedy row takes the most probable entry whatever u is', async (t) => {
  const result = resultOf(flat, 1)
  const decoding = { temperature: 0, topP: 0.5, topK: 3 }
  const most = flat.indexOf(Math.max(...flat))
  for (const u of [0, 0.5, 0.999]) {
    const drawn = draw(result, 0, TRUNCATION_TOP, decoding, u, () => result.fullLogprobs)
    t.strictSame(drawn, { id: most, logprob: result.topLogprobs[0] })
  }
})

t.test('a row over the whole vocabulary takes the draw of the run', async (t) => {
  const decoding = { temperature: 1, topP: 1, topK: null }
  const drawn = draw(resultOf(flat, 1), 0, TRUNCATION_TOP, decoding, 0.5, () => new Float32Array(0))
  t.strictSame(drawn, { id: VOCABULARY + 1, logprob: -3 })
})

t.test('a row is read at its own place in the run', async (t) => {
  const [first, second] = [resultOf(flat, 1), resultOf(peaked, 1)]
  const both: RunResult = {
    ...first,
    topIds: [...first.topIds, ...second.topIds],
    topLogprobs: Float32Array.of(...first.topLogprobs, ...second.topLogprobs),
    topTempered: Float32Array.of(...first.topTempered, ...second.topTempered)
  }
  const decoding = { temperature: 1, topP: 1, topK: 8 }
  const alone = draw(second, 0, TRUNCATION_TOP, decoding, 0.6, () => new Float32Array(0))
  t.strictSame(
    draw(both, 1, TRUNCATION_TOP, decoding, 0.6, () => new Float32Array(0)),
    alone
  )
})

t.test('only rows that sample from a part of the vocabulary truncate', async (t) => {
  t.notOk(truncates({ temperature: 0, topP: 0.5, topK: 3 }))
  t.notOk(truncates({ temperature: 1, topP: 1, topK: null }))
  t.ok(truncates({ temperature: 1, topP: 0.99, topK: null }))
  t.ok(truncates({ temperature: 1, topP: 1, topK: 3 }))
})
