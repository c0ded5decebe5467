/** Tensors that both decoders feed: ids, mask, positions and the cache. */
import { Tensor } from 'onnxruntime-node'
import { cacheNames, type DecoderShape, type DecoderTraits } from '../onnx/language-edit.js'
import type { Run } from './decoder.js'

export type Feeds = Record<string, Tensor>

/** An int64 tensor. */
export function int64(values: readonly number[], dims: readonly number[]): Tensor {
  const data = new BigInt64Array(values.length)
  for (let at = 0; at < values.length; at++) data[at] = BigInt(values[at]!)
  return new Tensor('int64', data, dims)
}

/** A float32 tensor. */
export function float32(values: Float32Array, dims: readonly number[]): Tensor {
  return new Tensor('float32', values, dims)
}

/** Where in the cache the new entries of a run land: after the valid ones, or after the whole view. */
export function newEntryStart(run: Run, row: number, traits: DecoderTraits): number {
  return traits.style === 'gqa' ? run.lengths[row]! : run.cache.capacity
}

/**
 * GroupQueryAttention reads lengths from the mask, so ones come first and the width is the longest total. A Concat graph
 * sees the whole view followed by the new entries: ones over the valid ones, zeros over the rest, ones over the new.
 */
function attentionMask(run: Run, traits: DecoderTraits): Tensor {
  const longest = Math.max(...run.lengths)
  const width = (traits.style === 'gqa' ? longest : run.cache.capacity) + run.steps
  const mask: number[] = []
  for (const length of run.lengths) {
    const total = traits.style === 'gqa' ? length + run.steps : length
    const newFrom = width - run.steps
    for (let at = 0; at < width; at++) mask.push(at < total || (traits.style === 'concat' && at >= newFrom) ? 1 : 0)
  }
  return int64(mask, [run.rows, width])
}

function positionIds(run: Run): Tensor {
  const positions = run.lengths.flatMap((length) => Array.from({ length: run.steps }, (_, step) => length + step))
  return int64(positions, [run.rows, run.steps])
}

/** Everything but the inputs that an edit added. */
export function baseFeeds(run: Run, shape: DecoderShape, traits: DecoderTraits): Feeds {
  const feeds: Feeds = {
    input_ids: int64(run.ids, [run.rows, run.steps]),
    attention_mask: attentionMask(run, traits)
  }
  if (traits.hasPositionIds) feeds['position_ids'] = positionIds(run)
  if (traits.hasLogitsToKeep) feeds['num_logits_to_keep'] = int64([0], [])
  const dims = [run.rows, shape.kvHeads, run.cache.capacity, shape.headDim]
  cacheNames(shape.layers, 'past_key_values').forEach((name, at) => {
    feeds[name] = float32(run.cache.tensors[at]!, dims)
  })
  return feeds
}
