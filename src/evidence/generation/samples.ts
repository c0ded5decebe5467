import type { Generation } from '../../scorer.js'
import type { GeneratedRows } from './generated-rows.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'

/**
 * One promise per sample, in order: the supplied ones, else the sampled rows as they finish.
 * Throws `Missing` when there are none and none may be drawn.
 */
export function sampleStream(input: EvidenceInput, rows: () => GeneratedRows): readonly Promise<Generation>[] {
  if (input.samples !== null) return input.samples.map((sample) => Promise.resolve(sample.generation))
  if (input.fill === 'never') {
    throw new Missing('skipped', 'needs_samples', 'Supply `samples`, or let Qualm draw them with `fill`: "auto".')
  }
  return rows().samples
}
