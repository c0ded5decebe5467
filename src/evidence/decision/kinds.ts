import type { DecisionKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'

/** Evidence that comes from stored policies and from other scorers. */
export const decisionKinds: KindTable<keyof DecisionKinds> = {
  conformal: { gather: ({ peers }) => peers.conformal() },
  scores: {
    roles: ['language', 'entailment', 'embedding'],
    gather: ({ peers }, { scores }) => peers.scores(scores ?? { members: [], calibration: null })
  }
}
