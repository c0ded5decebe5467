import type { EvidenceInput } from '../evidence/input.js'

/**
 * True when the samples are bound to agree: supplied ones that are all the same text (a cache or a fixed seed looks
 * just like certainty), or several drawn at temperature 0. Samples that Qualm draws itself are independent.
 */
export function areDegenerate({ samples, rows, sampling }: EvidenceInput): boolean {
  if (samples === null) return rows.samples > 1 && sampling.temperature === 0
  return samples.length > 1 && new Set(samples.map((sample) => sample.generation.text)).size === 1
}
