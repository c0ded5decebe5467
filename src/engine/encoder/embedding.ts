/** Sentence vectors: the mean of a text's token states, scaled to unit length. */
import type { BatchModel } from './batcher.js'
import type { Encoder } from './encoder.js'

/** The model as the batcher sees it. */
export function embeddingModel(encoder: Encoder): BatchModel<string, Float32Array> {
  const width = Number(encoder.config['hidden_size'] ?? 0)
  return {
    resultBytes: 128 + 4 * width,
    key: (text) => text,
    encode: (text) => encoder.encode([text]),
    run: async (batch) => {
      const { data, dims } = await encoder.run(batch, 'last_hidden_state')
      const [, length, size] = dims as readonly [number, number, number]
      return batch.map(({ ids }, row) => {
        return unitMean(data.subarray(row * length * size, (row + 1) * length * size), ids.length, size)
      })
    }
  }
}

/** Mean of the first `count` rows of `states` [length, size], scaled to unit length; a zero mean stays zero. */
export function unitMean(states: Float32Array, count: number, size: number): Float32Array {
  const mean = new Float64Array(size)
  for (let row = 0; row < count; row++) for (let i = 0; i < size; i++) mean[i]! += states[row * size + i]!
  const norm = Math.hypot(...mean)
  return norm === 0 ? new Float32Array(size) : Float32Array.from(mean, (value) => value / norm)
}
