import type { Generation } from '../../scorer.js'
import type { GeneratedRows } from './generated-rows.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'

/**
 * Samples in order: the supplied ones, else the sampled rows as they finish, up to the first that was spared.
 * Throws `Missing` when there are none and none may be drawn.
 */
export async function* sampleStream(input: EvidenceInput, rows: () => GeneratedRows): AsyncGenerator<Generation> {
  if (input.samples === null && input.fill === 'never') {
    throw new Missing('skipped', 'needs_samples', 'Supply `samples`, or let Qualm draw them with `fill`: "auto".')
  }
  if (input.samples !== null) {
    yield* input.samples.map((sample) => sample.generation)
    return
  }
  for (const row of rows().samples) {
    const sample = await row
    if (sample !== null) yield sample
  }
}

/** All of a stream. */
export async function collect(stream: AsyncIterable<Generation>): Promise<readonly Generation[]> {
  const all: Generation[] = []
  for await (const one of stream) all.push(one)
  return all
}
