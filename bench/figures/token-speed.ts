/** Bare speed of the edited decoder, beside what two Zen 4 cores could do at best (performance.md §5). */
import { findWeights } from '../greedy-loop.js'
import type { Figure, Line } from '../line.js'
import { interleave, timed } from '../rounds.js'
import { ratioOf, spreadOf } from '../spread.js'
import type { Decoder, Wanted } from '../../src/engine/language/decoder.js'
import { openDecoder } from '../../src/engine/language/load.js'
import { Slab } from '../../src/engine/language/slab.js'

const PREFILL_TOKENS = 128
const PROMPT_TOKENS = 64
const STEPS = 32
const FIRST_ID = 1000

/** Tokens a second: bound by reading the weights once per step, or by int8 arithmetic. */
const PREFILL_BOUND = 3770
const DECODE_BOUNDS = { one: [1, 205], eight: [8, 1640], sixteen: [16, 2970] } as const

function wanted(positions: readonly number[]): Wanted {
  return {
    positions,
    targets: positions.map(() => 0),
    temperatures: positions.map(() => 1),
    uniforms: positions.map((_, at) => (at + 0.5) / positions.length),
    topCount: 1,
    full: []
  }
}

function someIds(count: number, from: number): number[] {
  return Array.from({ length: count }, (_, at) => FIRST_ID + 7 * (from + at))
}

/** Reads a prompt into a fresh slab of `capacity` tokens. */
async function prefill(decoder: Decoder, tokens: number, capacity: number, seed: number): Promise<Slab> {
  const cache = { tensors: Array.from({ length: 2 * decoder.shape.layers }, () => new Float32Array(0)), capacity: 0 }
  const run = { ids: someIds(tokens, seed), rows: 1, steps: tokens, lengths: [0], cache, wanted: wanted([tokens - 1]) }
  const { newCache } = await decoder.run(run)
  const slab = new Slab(decoder.shape, 1, capacity)
  slab.append(newCache, [0], tokens)
  return slab
}

/** Draws `STEPS` tokens for each of `rows` rows that have read a prompt. Milliseconds for all of them. */
async function decodeMs(decoder: Decoder, rows: number, round: number): Promise<number> {
  const capacity = PROMPT_TOKENS + STEPS
  const prompt = await prefill(decoder, PROMPT_TOKENS, capacity, round)
  const slab = new Slab(decoder.shape, rows, capacity)
  for (let row = 0; row < rows; row++) slab.copyFrom(prompt, 0, row, PROMPT_TOKENS)
  let ids: readonly number[] = someIds(rows, round)
  return timed(async () => {
    for (let step = 0; step < STEPS; step++) {
      const lengths = ids.map(() => PROMPT_TOKENS + step)
      const run = { ids, rows, steps: 1, lengths, cache: slab.view(rows), wanted: wanted(ids.map((_, row) => row)) }
      const result = await decoder.run(run)
      slab.append(result.newCache, lengths, 1)
      ids = result.sampleIds.slice(0, rows)
    }
  })
}

function lineOf(figure: string, bound: number, measures: readonly number[]): Line {
  return {
    figure,
    baseline: { of: 'roofline', unit: 'tok/s', spread: spreadOf([bound]) },
    ours: { unit: 'tok/s', spread: spreadOf(measures) },
    ratio: ratioOf(
      measures,
      measures.map(() => bound)
    ),
    target: null
  }
}

async function linesOf(rounds: number, decoder: Decoder): Promise<readonly Line[]> {
  const decode = (rows: number) => async (round: number) =>
    (1000 * rows * STEPS) / (await decodeMs(decoder, rows, round))
  const measures = await interleave(rounds, {
    prefill: async (round) =>
      (1000 * PREFILL_TOKENS) / (await timed(() => prefill(decoder, PREFILL_TOKENS, PREFILL_TOKENS, round))),
    one: decode(1),
    eight: decode(8),
    sixteen: decode(16)
  })
  const batches = (['one', 'eight', 'sixteen'] as const).map((name) => {
    const [rows, bound] = DECODE_BOUNDS[name]
    return lineOf(`Decode speed, ${String(rows)} ${rows === 1 ? 'row' : 'rows'}`, bound, measures[name])
  })
  return [lineOf(`Prefill speed, prompt of ${String(PREFILL_TOKENS)}`, PREFILL_BOUND, measures.prefill), ...batches]
}

export const tokenSpeed: Figure = {
  name: 'token-speed',
  async measure(rounds) {
    const { file, shape, threads } = await findWeights()
    const decoder = await openDecoder(file, shape, threads)
    try {
      return await linesOf(rounds, decoder)
    } finally {
      await decoder.release()
    }
  }
}
