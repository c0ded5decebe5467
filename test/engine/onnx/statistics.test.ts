import { InferenceSession, Tensor } from 'onnxruntime-node'
import t from 'tap'
import { readGraph, writeGraph } from '../../../src/engine/onnx/graph.js'
import { statisticsParts } from '../../../src/engine/onnx/statistics.js'
import { Graph } from '../../fixtures/onnx/graph.js'
import { Random } from '../../fixtures/onnx/random.js'

const GRID = 1000
const OUTPUTS = ['entropy', 'top_lp', 'top_id', 'top_tempered', 'target_lp', 'full_lp', 'sample_id', 'sample_lp']

/** A session that computes nothing but the statistics of given logits. */
function statisticsSession(vocabulary: number): Promise<InferenceSession> {
  const graph = new Graph()
  graph.input('given', 'float32', ['rows', vocabulary])
  graph.op('Identity', ['given'], { outputs: ['q_logits'] })
  const parts = statisticsParts('q_logits', vocabulary)
  const model = writeGraph(readGraph(graph.encode()), {
    dropOutputs: new Set(),
    replaceNodes: new Map(),
    appendNodes: parts.flatMap((part) => part.nodes),
    initializers: parts.flatMap((part) => part.initializers),
    inputs: parts.flatMap((part) => part.inputs),
    outputs: parts.flatMap((part) => part.outputs)
  })
  return InferenceSession.create(model, { intraOpNumThreads: 1 })
}

interface Asked {
  readonly logits: readonly Float32Array[]
  readonly temperatures: readonly number[]
  readonly uniforms: readonly number[]
  readonly targets: readonly number[]
  readonly topCount: number
  readonly full: readonly number[]
}

async function statistics(session: InferenceSession, asked: Asked): Promise<Record<string, number[]>> {
  const [rows, width] = [asked.logits.length, asked.logits[0]!.length]
  const floats = (values: readonly number[], dims: readonly number[]) =>
    new Tensor('float32', Float32Array.from(values), dims)
  const integers = (values: readonly number[], dims: readonly number[]) =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), dims)
  const outputs = await session.run(
    {
      given: floats(
        asked.logits.flatMap((row) => [...row]),
        [rows, width]
      ),
      temperature: floats(asked.temperatures, [rows, 1]),
      uniform: floats(asked.uniforms, [rows, 1]),
      target: integers(asked.targets, [rows, 1]),
      top_count: integers([asked.topCount], [1]),
      full_rows: integers(asked.full, [asked.full.length])
    },
    OUTPUTS
  )
  return Object.fromEntries(
    OUTPUTS.map((name) => [name, Array.from(outputs[name]!.data as ArrayLike<number | bigint>, Number)])
  )
}

/** softmax(logits / temperature) in float64, without a trick. */
function softmax(logits: Float32Array, temperature: number): Float64Array {
  const peak = Math.max(...logits) / temperature
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit / temperature - peak))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function largestDifference(left: readonly number[], right: readonly number[]): number {
  return left.reduce((most, value, at) => Math.max(most, Math.abs(value - right[at]!)), 0)
}

// Fewer entries than a block, one over a block, the tiny models', a multiple of a block, the embedded model's share.
for (const vocabulary of [100, 257, 288, 512, 3000]) {
  const random = new Random(vocabulary)
  const logits = [1, 3, 8].map((deviation) => random.normals(vocabulary, deviation))
  const temperatures = [1, 0.5, 1.7]
  const targets = [0, vocabulary - 1, 77]

  t.test(`over ${vocabulary} entries the graph's statistics equal plain arithmetic`, async (t) => {
    const session = await statisticsSession(vocabulary)
    const asked = { logits, temperatures, uniforms: [0.1, 0.5, 0.9], targets, topCount: 7, full: [2, 0] }
    const found = await statistics(session, asked)
    const plain = logits.map((row) => softmax(row, 1))
    const tops = plain.map((row) => [...row.keys()].sort((a, b) => row[b]! - row[a]!).slice(0, 7))
    const entropies = plain.map((row) => -row.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0))
    t.ok(largestDifference(entropies, found['entropy']!) < 1e-4, 'entropy')
    t.strictSame(found['top_id'], tops.flat(), 'top entries')
    const topLogprobs = tops.flatMap((top, row) => top.map((id) => Math.log(plain[row]![id]!)))
    t.ok(largestDifference(topLogprobs, found['top_lp']!) < 1e-4, 'log-probabilities of the top entries')
    const tempered = tops.flatMap((top, row) => top.map((id) => softmax(logits[row]!, temperatures[row]!)[id]!))
    t.ok(largestDifference(tempered, found['top_tempered']!) < 1e-5, 'tempered mass of the top entries')
    t.ok(
      largestDifference(
        targets.map((id, row) => Math.log(plain[row]![id]!)),
        found['target_lp']!
      ) < 1e-4,
      'target'
    )
    const full = [2, 0].flatMap((row) => Array.from(plain[row]!, Math.log))
    t.ok(largestDifference(full, found['full_lp']!) < 1e-4, 'whole rows')
  })

  t.test(`over ${vocabulary} entries draws have the tempered distribution`, async (t) => {
    const session = await statisticsSession(vocabulary)
    for (const [at, row] of logits.entries()) {
      const uniforms = Array.from({ length: GRID }, (_, index) => (index + 0.5) / GRID)
      const many = <T>(value: T) => uniforms.map(() => value)
      const found = await statistics(session, {
        logits: many(row),
        temperatures: many(temperatures[at]!),
        uniforms,
        targets: many(0),
        topCount: 1,
        full: []
      })
      const counts = new Float64Array(vocabulary)
      for (const id of found['sample_id']!) counts[id]! += 1
      const expected = softmax(row, temperatures[at]!)
      // A grid of u hits an interval of mass p between pN − 1 and pN + 1 times; float32 sums move its ends a little.
      const missed = counts.reduce((most, count, id) => Math.max(most, Math.abs(count - expected[id]! * GRID)), 0)
      t.ok(missed < 1.2, `${missed} draws off at temperature ${temperatures[at]!}`)
      const logprobs = softmax(row, 1)
      t.ok(
        largestDifference(
          found['sample_id']!.map((id) => Math.log(logprobs[id]!)),
          found['sample_lp']!
        ) < 1e-4
      )
    }
  })
}

t.test('the ends of the unit interval draw entries that have mass', async (t) => {
  const session = await statisticsSession(288)
  const peaked = new Float32Array(288).fill(-40)
  for (const id of [5, 120, 270]) peaked[id] = 10
  const uniforms = [2 ** -24, 1 - 2 ** -24, 0.34, 0.67]
  const many = <T>(value: T) => uniforms.map(() => value)
  const found = await statistics(session, {
    logits: many(peaked),
    temperatures: many(1),
    uniforms,
    targets: many(0),
    topCount: 1,
    full: []
  })
  t.strictSame(found['sample_id'], [5, 270, 120, 270])
})
