import type { ObjectiveEntry } from '../fit.js'
import type { ObjectiveKind } from '../policy.js'
import { cascadeError } from './cascade-error.js'
import { coverage } from './coverage.js'
import { expectedCost } from './expected-cost.js'
import { expectedRisk } from './expected-risk.js'
import { selectiveError } from './selective-error.js'
import { sets } from './sets.js'

/** Every objective by the name that requests use. */
export const OBJECTIVES: Readonly<Record<ObjectiveKind, ObjectiveEntry>> = {
  selective_error: { fit: selectiveError, takes: ['method', 'p_value'], bands: true },
  coverage: { fit: coverage, takes: [] },
  expected_risk: { fit: expectedRisk, takes: [], bands: true },
  sets: { fit: sets, takes: ['method', 'lambda', 'k_reg', 'randomized', 'largest_set'] },
  cascade_error: { fit: cascadeError, takes: ['p_value'] },
  expected_cost: { fit: expectedCost, takes: ['method', 'costs'], targetOptional: true, targetIs: 'amount' }
}
