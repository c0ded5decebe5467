import type { FitObjective } from '../fit.js'
import type { ObjectiveKind } from '../policy.js'
import { coverage } from './coverage.js'
import { expectedRisk } from './expected-risk.js'
import { selectiveError } from './selective-error.js'

/** Every objective by the name that requests use. */
export const OBJECTIVES: Readonly<Record<ObjectiveKind, FitObjective>> = {
  selective_error: selectiveError,
  coverage,
  expected_risk: expectedRisk
}
