/** A draw from a nucleus that may reach far into the vocabulary, in time linear in its size. */
import { expNegative } from './logits.js'

/** Buckets by distance from the most probable entry, in temperature-scaled nats; what lies beyond weighs nothing. */
const BUCKETS_PER_NAT = 16
const BUCKETS = 32 * BUCKETS_PER_NAT

interface Weighted {
  readonly weights: Float64Array
  readonly buckets: Uint16Array
  readonly bucketMass: Float64Array
  readonly total: number
}

function weigh(logprobs: Float32Array, temperature: number): Weighted {
  let max = Number.NEGATIVE_INFINITY
  for (const logprob of logprobs) if (logprob > max) max = logprob
  const weights = new Float64Array(logprobs.length)
  const buckets = new Uint16Array(logprobs.length)
  const bucketMass = new Float64Array(BUCKETS + 1)
  let total = 0
  for (let id = 0; id < logprobs.length; id++) {
    const scaled = (logprobs[id]! - max) / temperature
    const weight = expNegative(scaled)
    const bucket = Math.min(BUCKETS, Math.floor(-scaled * BUCKETS_PER_NAT))
    weights[id] = weight
    buckets[id] = bucket
    bucketMass[bucket]! += weight
    total += weight
  }
  return { weights, buckets, bucketMass, total }
}

/** The first bucket, from the top, with which the mass reaches `wanted`, and the mass above it. */
function crossing({ bucketMass }: Weighted, wanted: number): { readonly bucket: number; readonly above: number } {
  let above = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if (above + bucketMass[bucket]! >= wanted) return { bucket, above }
    above += bucketMass[bucket]!
  }
  return { bucket: BUCKETS, above }
}

/** Entries of the crossing bucket that are still needed, most probable first, ties by lower id. */
function lastKept(
  { weights, buckets }: Weighted,
  bucket: number,
  missing: number
): { readonly ids: ReadonlySet<number>; readonly mass: number } {
  const inside: number[] = []
  for (let id = 0; id < buckets.length; id++) if (buckets[id] === bucket) inside.push(id)
  inside.sort((a, b) => weights[b]! - weights[a]! || a - b)
  const ids = new Set<number>()
  let mass = 0
  for (const id of inside) {
    if (mass >= missing) break
    ids.add(id)
    mass += weights[id]!
  }
  return { ids, mass }
}

/**
 * Draws from the smallest set of most probable entries whose tempered mass reaches `topP`. Entries are taken in order of
 * their ids. `u` is in (0, 1); only the one bucket that the border runs through is sorted.
 */
export function drawNucleus(logprobs: Float32Array, temperature: number, topP: number, u: number): number {
  const weighted = weigh(logprobs, temperature)
  const wanted = topP * weighted.total
  const { bucket, above } = crossing(weighted, wanted)
  const last = lastKept(weighted, bucket, wanted - above)
  const target = u * (above + last.mass)
  let cumulative = 0
  let drawn = -1
  for (let id = 0; id < logprobs.length; id++) {
    if (weighted.buckets[id]! > bucket || (weighted.buckets[id] === bucket && !last.ids.has(id))) continue
    drawn = id
    cumulative += weighted.weights[id]!
    if (cumulative > target) return id
  }
  return drawn
}
