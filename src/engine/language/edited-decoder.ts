/** The decoder whose graph was edited: statistics and draws come out of the run, logits and old K/V stay inside. */
import type { InferenceSession } from 'onnxruntime-node'
import type { DecoderShape, DecoderTraits } from '../onnx/language-edit.js'
import type { Decoder, Run, RunResult } from './decoder.js'
import { baseFeeds, type Feeds, float32, int64, newEntryStart } from './feeds.js'

const OUTPUTS = ['new_kv', 'entropy', 'top_lp', 'top_id', 'top_tempered', 'target_lp', 'sample_id', 'sample_lp']
const NO_LOGPROBS = new Float32Array(0)

/** A run always asks for at least two rows: kernels that reduce one row alone may sum in another order. */
const MIN_WANTED = 2

function padded<T>(values: readonly T[], filler: T): T[] {
  const all = [...values]
  while (all.length < MIN_WANTED) all.push(all[0] ?? filler)
  return all
}

function wantedFeeds(run: Run): Feeds {
  const { wanted } = run
  const positions = padded(wanted.positions, 0)
  const column = [positions.length, 1]
  return {
    logit_rows: int64(positions, [positions.length]),
    target: int64(padded(wanted.targets, 0), column),
    temperature: float32(Float32Array.from(padded(wanted.temperatures, 1)), column),
    uniform: float32(Float32Array.from(padded(wanted.uniforms, 0)), column),
    top_count: int64([Math.max(1, wanted.topCount)], [1]),
    full_rows: int64(wanted.full, [wanted.full.length])
  }
}

function cachePositions(run: Run, traits: DecoderTraits): Feeds {
  if (traits.style !== 'gqa') return {}
  const positions = run.lengths.flatMap((_, row) =>
    Array.from({ length: run.steps }, (__, step) => newEntryStart(run, row, traits) + step)
  )
  return { kv_position: int64(positions, [run.rows, 1, run.steps, 1]) }
}

function floats(outputs: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  return outputs[name]!.data as Float32Array
}

function integers(outputs: InferenceSession.OnnxValueMapType, name: string): number[] {
  return Array.from(outputs[name]!.data as BigInt64Array, Number)
}

/** Wraps a session on an edited graph. */
export function editedDecoder(
  session: InferenceSession,
  shape: DecoderShape,
  traits: DecoderTraits,
  quantized: boolean
): Decoder {
  const feedsOf = (run: Run) => ({
    ...baseFeeds(run, shape, traits),
    ...wantedFeeds(run),
    ...cachePositions(run, traits)
  })
  return {
    style: traits.style,
    shape,
    dynamicQuantization: traits.dynamicQuantization,
    quantized,
    fallback: null,
    async run(run: Run): Promise<RunResult> {
      const wantsFull = run.wanted.full.length > 0
      const outputs = await session.run(feedsOf(run), wantsFull ? [...OUTPUTS, 'full_lp'] : OUTPUTS)
      return {
        newCache: floats(outputs, 'new_kv'),
        entropies: floats(outputs, 'entropy'),
        topLogprobs: floats(outputs, 'top_lp'),
        topIds: integers(outputs, 'top_id'),
        topTempered: floats(outputs, 'top_tempered'),
        targetLogprobs: floats(outputs, 'target_lp'),
        sampleIds: integers(outputs, 'sample_id'),
        sampleLogprobs: floats(outputs, 'sample_lp'),
        fullLogprobs: wantsFull ? floats(outputs, 'full_lp') : NO_LOGPROBS
      }
    },
    async logits(run: Run): Promise<Float32Array> {
      const outputs = await session.run(feedsOf(run), ['q_logits'])
      return floats(outputs, 'q_logits').subarray(0, run.wanted.positions.length * shape.vocabulary)
    },
    release: () => session.release()
  }
}
