import type { Config } from './config.js'
import type { Engine } from './engine/engine.js'
import { createPolicies, type Policies } from './policies/policies.js'
import type { Scorer } from './scorer.js'
import { createScoring, type Scoring } from './scoring/scoring.js'
import type { Store } from './store/store.js'

/** Everything that routes may call, built once. */
export interface Services {
  readonly engine: Engine
  readonly scorers: ReadonlyMap<string, Scorer>
  readonly store: Store
  readonly policies: Policies
  readonly scoring: Scoring
}
