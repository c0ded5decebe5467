import type { Scorer } from '../../src/scorer.js'

/** A scorer to make policies of; it is never run here. */
export function scorer(changes: Partial<Scorer> = {}): Scorer {
  return {
    name: 'spread',
    summary: 'Stands in for a real scorer.',
    reference: 'None.',
    needs: ['samples'],
    unit: 'nats',
    range: [0, null],
    direction: 'higher_is_more_uncertain',
    cost: { generations: 1, entailment_pairs: 0 },
    score: () => ({ value: 0 }),
    ...changes
  }
}
