import type { Entailment, Relation } from '../scorer.js'
import { labelOf } from './clusters.js'

/**
 * One class for a pair compared in both directions (formulas.md §2.5; Fadeeva et al., arXiv 2403.04696): equal classes
 * stay, a class beside neutral wins, entailment against contradiction is neutral. Symmetric in its arguments.
 */
export function relationOf(forward: Entailment, backward: Entailment): Relation {
  const labels = new Set([labelOf(forward), labelOf(backward)])
  if (labels.has('entailment') === labels.has('contradiction')) return 'neutral'
  return labels.has('entailment') ? 'entailment' : 'contradiction'
}
