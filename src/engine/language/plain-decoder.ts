/** The fallback decoder for graphs that cannot be edited: logits and the whole cache come out, JavaScript does the rest. */
import type { InferenceSession } from 'onnxruntime-node'
import { cacheNames, type DecoderShape, type DecoderTraits } from '../onnx/language-edit.js'
import type { Decoder, Run, RunResult } from './decoder.js'
import { baseFeeds, newEntryStart } from './feeds.js'
import { inverseCdf, logSoftmax, temper, topIndexes } from './logits.js'

type Outputs = InferenceSession.OnnxValueMapType

/** Picks the new entries out of the full `present` tensors, [2L, rows, KV, steps, D]. */
function newEntries(outputs: Outputs, run: Run, shape: DecoderShape, traits: DecoderTraits): Float32Array {
  const { kvHeads, headDim, layers } = shape
  const picked = new Float32Array(2 * layers * run.rows * kvHeads * run.steps * headDim)
  let to = 0
  for (const name of cacheNames(layers, 'present')) {
    const present = outputs[name]!
    const values = present.data as Float32Array
    const width = Number(present.dims[2])
    for (let row = 0; row < run.rows; row++) {
      const start = newEntryStart(run, row, traits)
      for (let head = 0; head < kvHeads; head++) {
        const from = ((row * kvHeads + head) * width + start) * headDim
        picked.set(values.subarray(from, from + run.steps * headDim), to)
        to += run.steps * headDim
      }
    }
  }
  return picked
}

function wantedRow(logits: Float32Array, run: Run, index: number, vocabulary: number): Float32Array {
  const from = run.wanted.positions[index]! * vocabulary
  return logits.subarray(from, from + vocabulary)
}

function statistics(logits: Float32Array, run: Run, vocabulary: number): Omit<RunResult, 'newCache'> {
  const { wanted } = run
  const k = Math.max(1, wanted.topCount)
  const perRow = wanted.positions.map((_, index) => {
    const { logprobs, entropy } = logSoftmax(wantedRow(logits, run, index, vocabulary))
    const tempered = temper(logprobs, wanted.temperatures[index]!)
    const top = topIndexes(logprobs, k)
    const drawn = inverseCdf(tempered, wanted.uniforms[index]!)
    return { logprobs, entropy, tempered, top, drawn, target: wanted.targets[index]! }
  })
  const full = new Float32Array(wanted.full.length * vocabulary)
  wanted.full.forEach((index, at) => {
    full.set(perRow[index]!.logprobs, at * vocabulary)
  })
  return {
    entropies: Float32Array.from(perRow, (row) => row.entropy),
    topIds: perRow.flatMap((row) => row.top),
    topLogprobs: Float32Array.from(perRow.flatMap((row) => row.top.map((id) => row.logprobs[id]!))),
    topTempered: Float32Array.from(perRow.flatMap((row) => row.top.map((id) => row.tempered[id]!))),
    targetLogprobs: Float32Array.from(perRow, (row) => row.logprobs[row.target]!),
    sampleIds: perRow.map((row) => row.drawn),
    sampleLogprobs: Float32Array.from(perRow, (row) => row.logprobs[row.drawn]!),
    fullLogprobs: full
  }
}

/** Wraps a session on an unedited graph; `fallback` says why it could not be edited. */
export function plainDecoder(
  session: InferenceSession,
  shape: DecoderShape,
  traits: DecoderTraits,
  quantized: boolean,
  fallback: string
): Decoder {
  const names = ['logits', ...cacheNames(shape.layers, 'present')]
  return {
    style: traits.style,
    shape,
    dynamicQuantization: traits.dynamicQuantization,
    quantized,
    fallback,
    async run(run: Run): Promise<RunResult> {
      const outputs = await session.run(baseFeeds(run, shape, traits), names)
      const logits = outputs['logits']!.data as Float32Array
      return { newCache: newEntries(outputs, run, shape, traits), ...statistics(logits, run, shape.vocabulary) }
    },
    async logits(run: Run): Promise<Float32Array> {
      const outputs = await session.run(baseFeeds(run, shape, traits), ['logits'])
      const logits = outputs['logits']!.data as Float32Array
      const rows = run.wanted.positions.map((_, index) => wantedRow(logits, run, index, shape.vocabulary))
      const joined = new Float32Array(rows.length * shape.vocabulary)
      rows.forEach((row, at) => {
        joined.set(row, at * shape.vocabulary)
      })
      return joined
    },
    release: () => session.release()
  }
}
