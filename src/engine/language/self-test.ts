/**
 * What a decoder must show before it serves: rows are the same alone and together, a prompt is the same in one piece and
 * in chunks, decoding agrees with prefilling, the graph's statistics agree with JavaScript's.
 */
import type { PreTrainedTokenizer } from '@xenova/transformers'
import type { SelfTestCheck } from '../engine.js'
import type { Decoder, RunResult, Wanted } from './decoder.js'
import { inverseCdf, logSoftmax, temper } from './logits.js'
import { encodeText } from './prompt.js'
import { Slab } from './slab.js'
import type { TokenText } from './token-text.js'

const TEXT =
  'The capital of Australia is Canberra, and 2 + 2 = 4; naïve café 😀 日本. A second sentence follows, so that the text is long enough.'
const TOP = 5
/** int8 activations round differently in the one-token kernel; see models/README.md. */
const QUANTIZED_TOLERANCE_NATS = 0.5
const EXACT_TOLERANCE_NATS = 1e-3
const STATISTICS_TOLERANCE = 1e-3
/** Draws of the graph and of JavaScript may fall on neighbours in cumulative order where float32 sums end. */
const CDF_TOLERANCE = 1e-4
const CONCAT_CAPACITY = 32

function want(positions: readonly number[], targets: readonly number[]): Wanted {
  return {
    positions,
    targets,
    temperatures: positions.map((_, at) => 0.5 + 0.5 * (at % 3)),
    uniforms: positions.map((_, at) => ((at * 7 + 3) % 10) / 10),
    topCount: TOP,
    full: []
  }
}

interface Prefilled {
  readonly slab: Slab
  readonly last: RunResult
}

async function prefill(decoder: Decoder, ids: readonly number[], chunk: number): Promise<Prefilled> {
  const slab = new Slab(decoder.shape, 1, ids.length + 8)
  let last: RunResult | null = null
  for (let from = 0; from < ids.length; from += chunk) {
    const part = ids.slice(from, from + chunk)
    const view =
      from === 0 ? { tensors: slab.view(1).tensors.map(() => new Float32Array(0)), capacity: 0 } : slab.view(1)
    last = await decoder.run({
      ids: part,
      rows: 1,
      steps: part.length,
      lengths: [from],
      cache: view,
      wanted: want([part.length - 1], [ids[0]!])
    })
    slab.append(last.newCache, [from], part.length)
  }
  return { slab, last: last! }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0
  for (let at = 0; at < a.length; at++) largest = Math.max(largest, Math.abs(a[at]! - b[at]!))
  return Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest
}

function resultOf(row: RunResult, index: number): number[] {
  const top = Array.from(row.topLogprobs.subarray(index * TOP, (index + 1) * TOP))
  return [row.entropies[index]!, row.targetLogprobs[index]!, row.sampleLogprobs[index]!, row.sampleIds[index]!, ...top]
}

interface Step {
  readonly prefilled: Prefilled
  readonly length: number
  readonly next: number
  readonly target: number
}

/** Rows of a Concat graph only ever run with rows of equal capacity; the others may be put together at will. */
function capacityOf(decoder: Decoder, steps: readonly Step[]): number {
  const needed = Math.max(...steps.map((step) => step.length)) + 1
  return decoder.style === 'concat' ? Math.max(CONCAT_CAPACITY, needed) : needed
}

async function decodeTogether(decoder: Decoder, steps: readonly Step[]): Promise<RunResult> {
  const slab = new Slab(decoder.shape, steps.length, capacityOf(decoder, steps))
  steps.forEach((step, slot) => {
    slab.copyFrom(step.prefilled.slab, 0, slot, step.length)
  })
  const wanted = {
    ...want(
      steps.map((_, at) => at),
      steps.map((step) => step.target)
    ),
    uniforms: steps.map(() => 0.3),
    temperatures: steps.map(() => 0.7)
  }
  return decoder.run({
    ids: steps.map((step) => step.next),
    rows: steps.length,
    steps: 1,
    lengths: steps.map((step) => step.length),
    cache: slab.view(steps.length),
    wanted
  })
}

function check(name: string, difference: number, tolerance: number): SelfTestCheck {
  const finite = Number.isFinite(difference) ? difference : Number.MAX_VALUE
  return { name, passed: finite <= tolerance, difference: finite, tolerance }
}

async function batchedIsAlone(decoder: Decoder, steps: readonly Step[]): Promise<SelfTestCheck> {
  const together = await decodeTogether(decoder, steps)
  let largest = 0
  for (const [index, step] of steps.entries()) {
    const alone = await decodeTogether(decoder, [step])
    largest = Math.max(largest, largestDifference(resultOf(together, index), resultOf(alone, 0)))
  }
  return check('batched_equals_alone', largest, 0)
}

async function chunkedIsWhole(decoder: Decoder, ids: readonly number[]): Promise<SelfTestCheck> {
  const whole = await prefill(decoder, ids, ids.length)
  const even = ids.length % 2 === 0 ? ids : ids.slice(1)
  const wholeEven = even === ids ? whole : await prefill(decoder, even, even.length)
  const chunked = await prefill(decoder, even, even.length - 2)
  const cache = largestDifference(wholeEven.slab.view(1).tensors[0]!, chunked.slab.view(1).tensors[0]!)
  return check(
    'chunked_equals_whole',
    Math.max(cache, largestDifference(resultOf(wholeEven.last, 0), resultOf(chunked.last, 0))),
    0
  )
}

async function decodeIsPrefill(decoder: Decoder, ids: readonly number[]): Promise<SelfTestCheck> {
  const before = await prefill(decoder, ids.slice(0, -1), ids.length - 1)
  const whole = await prefill(decoder, ids, ids.length)
  const step = { prefilled: before, length: ids.length - 1, next: ids.at(-1)!, target: whole.last.topIds[0]! }
  const decoded = await decodeTogether(decoder, [step])
  const tolerance = decoder.quantized ? QUANTIZED_TOLERANCE_NATS : EXACT_TOLERANCE_NATS
  return check(
    'prefill_equals_decode_nats',
    Math.abs(decoded.targetLogprobs[0]! - whole.last.topLogprobs[0]!),
    tolerance
  )
}

/** The share of the cumulative distribution by which a draw of the graph misses u. */
function drawError(tempered: Float64Array, id: number, u: number): number {
  if (inverseCdf(tempered, u) === id) return 0
  let before = 0
  for (let at = 0; at < id; at++) before += tempered[at]!
  return Math.max(0, before - u, u - (before + tempered[id]!))
}

async function graphIsScript(decoder: Decoder, ids: readonly number[]): Promise<readonly SelfTestCheck[]> {
  const positions = ids.map((_, at) => at).filter((at) => at % 4 === 1)
  const wanted = want(
    positions,
    positions.map((at) => ids[at]!)
  )
  const empty = { tensors: Array.from({ length: 2 * decoder.shape.layers }, () => new Float32Array(0)), capacity: 0 }
  const run = { ids, rows: 1, steps: ids.length, lengths: [0], cache: empty, wanted }
  const [result, logits] = [await decoder.run(run), await decoder.logits(run)]
  let statistics = 0
  let draws = 0
  positions.forEach((_, index) => {
    const row = logits.subarray(index * decoder.shape.vocabulary, (index + 1) * decoder.shape.vocabulary)
    const { logprobs, entropy } = logSoftmax(row)
    const expected = [
      entropy,
      logprobs[wanted.targets[index]!]!,
      ...result.topIds.slice(index * TOP, (index + 1) * TOP).map((id) => logprobs[id]!)
    ]
    const found = [
      result.entropies[index]!,
      result.targetLogprobs[index]!,
      ...result.topLogprobs.subarray(index * TOP, (index + 1) * TOP)
    ]
    statistics = Math.max(statistics, largestDifference(expected, found))
    draws = Math.max(
      draws,
      drawError(temper(logprobs, wanted.temperatures[index]!), result.sampleIds[index]!, wanted.uniforms[index]!)
    )
  })
  return [
    check('graph_equals_script_nats', statistics, STATISTICS_TOLERANCE),
    check('graph_draws_equal_script', draws, CDF_TOLERANCE)
  ]
}

function tokenizerRoundTrip(tokenizer: PreTrainedTokenizer, text: TokenText): SelfTestCheck {
  const stream = text.stream()
  const back =
    encodeText(tokenizer, TEXT)
      .map((id) => stream.push(id))
      .join('') + stream.end()
  return check('tokenizer_round_trip', back === TEXT ? 0 : 1, 0)
}

/** Runs every check on short sequences; takes about as long as a short answer. */
export async function selfTest(
  decoder: Decoder,
  tokenizer: PreTrainedTokenizer,
  text: TokenText
): Promise<readonly SelfTestCheck[]> {
  const ids = encodeText(tokenizer, TEXT).slice(0, 32)
  const parts = [ids.slice(0, 9), ids.slice(3, 24), ids.slice(1, 15)]
  const steps: Step[] = []
  for (const part of parts) {
    steps.push({
      prefilled: await prefill(decoder, part, part.length),
      length: part.length,
      next: ids[2]!,
      target: ids[5]!
    })
  }
  return [
    await batchedIsAlone(decoder, steps),
    await chunkedIsWhole(decoder, ids),
    await decodeIsPrefill(decoder, ids),
    ...(await graphIsScript(decoder, ids)),
    tokenizerRoundTrip(tokenizer, text)
  ]
}
