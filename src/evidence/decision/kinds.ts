import type { DecisionKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'

/** Evidence that comes from stored policies. */
export const decisionKinds: KindTable<keyof DecisionKinds> = {
  conformal: { gather: (sources) => sources.conformal() }
}
