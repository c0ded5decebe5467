/** The K/V of running rows: 2L arrays of [slots, KV, capacity, D], valid entries first, live rows in the first slots. */
import type { DecoderShape } from '../onnx/language-edit.js'
import type { CacheView } from './decoder.js'

/** Bytes of K/V per token of one row. */
export function bytesPerToken(shape: DecoderShape): number {
  return 2 * shape.layers * shape.kvHeads * shape.headDim * 4
}

export class Slab {
  readonly #shape: DecoderShape
  #tensors: Float32Array[] = []
  #slots = 0
  #capacity: number

  constructor(shape: DecoderShape, slots: number, capacity: number) {
    this.#shape = shape
    this.#capacity = capacity
    this.#layOut(slots, capacity, 0)
  }

  get capacity(): number {
    return this.#capacity
  }

  get bytes(): number {
    return this.#slots * this.#capacity * bytesPerToken(this.#shape)
  }

  /** The first `rows` slots as input tensors, without copying. */
  view(rows: number): CacheView {
    const size = rows * this.#shape.kvHeads * this.#capacity * this.#shape.headDim
    return { tensors: this.#tensors.map((tensor) => tensor.subarray(0, size)), capacity: this.#capacity }
  }

  /** Makes room for `slots` rows of up to `capacity` tokens; keeps the first `live` slots. */
  reserve(slots: number, capacity: number, live: number): void {
    if (slots <= this.#slots && capacity <= this.#capacity) return
    const grown = slots > this.#slots ? Math.max(slots, Math.ceil(this.#slots * 1.5)) : this.#slots
    this.#layOut(grown, Math.max(capacity, this.#capacity), live)
  }

  #layOut(slots: number, capacity: number, live: number): void {
    const { layers, kvHeads, headDim } = this.#shape
    const kept = Math.min(capacity, this.#capacity) * headDim
    this.#tensors = Array.from({ length: 2 * layers }, (_, at) => {
      const fresh = new Float32Array(slots * kvHeads * capacity * headDim)
      const old = this.#tensors[at]
      for (let run = 0; old !== undefined && run < live * kvHeads; run++) {
        const from = run * this.#capacity * headDim
        fresh.set(old.subarray(from, from + kept), run * capacity * headDim)
      }
      return fresh
    })
    this.#slots = slots
    this.#capacity = capacity
  }

  /** Copies the first `length` tokens of a slot of another slab (or of this one) into `slot`. */
  copyFrom(source: Slab, sourceSlot: number, slot: number, length: number): void {
    const { kvHeads, headDim } = this.#shape
    for (let at = 0; at < this.#tensors.length; at++) {
      const from = source.#tensors[at]!
      const to = this.#tensors[at]!
      for (let head = 0; head < kvHeads; head++) {
        const start = (sourceSlot * kvHeads + head) * source.#capacity * headDim
        to.set(from.subarray(start, start + length * headDim), (slot * kvHeads + head) * this.#capacity * headDim)
      }
    }
  }

  /** Appends what a run added: `newCache` is [2L, rows, KV, steps, D]; row r goes to slot r after `lengths[r]` tokens. */
  append(newCache: Float32Array, lengths: readonly number[], steps: number): void {
    const { kvHeads, headDim } = this.#shape
    const size = steps * headDim
    let from = 0
    for (const tensor of this.#tensors) {
      for (let row = 0; row < lengths.length; row++) {
        for (let head = 0; head < kvHeads; head++) {
          tensor.set(
            newCache.subarray(from, from + size),
            ((row * kvHeads + head) * this.#capacity + lengths[row]!) * headDim
          )
          from += size
        }
      }
    }
  }
}
