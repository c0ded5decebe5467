/** One run of a decoder model: what goes in, what comes out. Two implementations: the edited graph and the plain one. */
import type { AttentionStyle, DecoderShape } from '../onnx/language-edit.js'

/** The K/V of rows, as views into slabs: 2L tensors of [rows, KV, capacity, D], valid entries first. */
export interface CacheView {
  readonly tensors: readonly Float32Array[]
  readonly capacity: number
}

/** The positions whose distribution is wanted, M of them, and what to compute there. */
export interface Wanted {
  /** Index into the run's [rows × steps] positions, one per wanted distribution. */
  readonly positions: readonly number[]
  /** Token whose log-probability is asked for; 0 where none is. */
  readonly targets: readonly number[]
  /** Sampling temperature > 0; 1 where nothing is drawn. */
  readonly temperatures: readonly number[]
  /** Uniform number in [0, 1) of the draw. */
  readonly uniforms: readonly number[]
  /** Entries of the distribution to return, most probable first. */
  readonly topCount: number
  /** Indexes into `positions` whose whole distribution is wanted. */
  readonly full: readonly number[]
}

export interface Run {
  /** Token ids, [rows × steps]. */
  readonly ids: readonly number[]
  readonly rows: number
  readonly steps: number
  /** Valid cache entries of every row. */
  readonly lengths: readonly number[]
  readonly cache: CacheView
  readonly wanted: Wanted
}

/** Flat arrays; log-probabilities are at temperature 1, in nats. */
export interface RunResult {
  /** [2L, rows, KV, steps, D] */
  readonly newCache: Float32Array
  /** [M] */
  readonly entropies: Float32Array
  /** [M × topCount], most probable first */
  readonly topLogprobs: Float32Array
  readonly topIds: readonly number[]
  /** Probability of the same entries in the tempered distribution. */
  readonly topTempered: Float32Array
  /** [M] */
  readonly targetLogprobs: Float32Array
  /** [M] a draw from the whole tempered distribution, and its log-probability. */
  readonly sampleIds: readonly number[]
  readonly sampleLogprobs: Float32Array
  /** [full × V] */
  readonly fullLogprobs: Float32Array
}

export interface Decoder {
  readonly style: AttentionStyle
  readonly shape: DecoderShape
  /** True when activations share one quantisation scale, so that batch mates change a row. */
  readonly dynamicQuantization: boolean
  /** True when weights or activations are rounded, so that decode and prefill differ slightly. */
  readonly quantized: boolean
  /** Why the graph runs unedited; null when it is edited. */
  readonly fallback: string | null
  run(run: Run): Promise<RunResult>
  /** Raw logits [M × V] of the wanted positions, for the self-test. */
  logits(run: Run): Promise<Float32Array>
  release(): Promise<void>
}
