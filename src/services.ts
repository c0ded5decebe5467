import { join } from 'node:path'
import { createCalibrations, type Calibrations } from './calibrations/calibrations.js'
import { CALIBRATION_KIND } from './calibrations/kind.js'
import { loadedModels } from './config.js'
import type { Config } from './settings.js'
import { createAdmission, type Admission } from './engine/admission.js'
import type { Engine } from './engine/engine.js'
import type { PoolSettings } from './engine/pool.js'
import { createEvaluations, type Evaluations } from './evaluations/evaluations.js'
import { createExampleScoring, createJointScoring } from './example-scoring.js'
import { POLICY_KIND } from './policies/kind.js'
import { createPolicies, type Policies } from './policies/policies.js'
import type { Scorer } from './scorer.js'
import { createJudges, type Judges } from './judges/judges.js'
import { packageRoot } from './package-root.js'
import { readReferenceRanks } from './scoring/reference-ranks.js'
import { createScoring, type Scoring } from './scoring/scoring.js'
import type { Store } from './store/store.js'
import type { Upstream } from './upstreams/contract.js'
import { createTransfer, type Transfer } from './transfer/transfer.js'
import { createCanaries, type Canaries } from './watching/canaries.js'
import { createFeedback, type FeedbackService } from './watching/feedback.js'
import { createWatch, type Watch } from './watching/watch.js'
import { watchedPolicies, watchedScoring } from './watching/watched-services.js'

/** Everything that routes may call, built once. */
export interface Services {
  /** The models here and behind upstreams. */
  readonly engine: Engine
  /** The upstreams by alias. */
  readonly upstreams: ReadonlyMap<string, Upstream>
  readonly scorers: ReadonlyMap<string, Scorer>
  readonly store: Store
  /** The gate before the models. */
  readonly admission: Admission
  /** The gate before upstreams, where requests wait rather than compute. */
  readonly remoteAdmission: Admission
  readonly policies: Policies
  readonly calibrations: Calibrations
  readonly evaluations: Evaluations
  readonly judges: Judges
  readonly scoring: Scoring
  readonly watch: Watch
  readonly feedback: FeedbackService
  readonly canaries: Canaries
  readonly transfer: Transfer
}

/** How long decisions wait to be written together: what a killed process may forget of unlabelled ones. */
const WATCH_FLUSH_MS = 250

/** What services are built on. */
export interface Foundations extends Pick<Services, 'engine' | 'upstreams' | 'scorers' | 'store'> {
  readonly config: Config
}

/** The settings of the model pool. */
export function poolSettings(config: Config): PoolSettings {
  return { ...config, ...loadedModels(config), cacheDir: join(config.dataDir, 'models') }
}

/** Wires scoring and policies, each of which needs the other: a policy decides, and its examples are scored. */
export function createServices({ config, engine, upstreams, scorers, store }: Foundations): Services {
  const { maxActive, maxRemoteActive, queueLimit, deadlineMs, maxSamples, maxPairs } = config
  const admission = createAdmission({ maxActive, queueLimit })
  const remoteAdmission = createAdmission({ maxActive: maxRemoteActive, queueLimit })
  const scoring = createScoring({
    engine,
    scorers,
    policies: { lookup: async (name) => watch.applied(await policies.lookup(name)) },
    calibrations: { lookup: (name) => calibrations.lookup(name) },
    admission,
    remoteAdmission,
    limits: { deadlineMs, maxSamples, maxPairs },
    ranks: readReferenceRanks(new URL('reference/ranks.json', packageRoot()))
  })
  const making = {
    store,
    scorers,
    now: Date.now,
    models: () => engine.models(),
    scoreExample: createExampleScoring(scoring)
  }
  const calibrations = createCalibrations({ ...making, scoreTogether: createJointScoring(scoring) })
  const policies = createPolicies({ ...making, calibrations })
  const evaluations = createEvaluations({ store, scorers, scoring, now: Date.now })
  const transfer = createTransfer({ store, kinds: [POLICY_KIND, CALIBRATION_KIND] })
  const watch = createWatch({ store, lookup: (name) => policies.lookup(name), now: Date.now, flushMs: WATCH_FLUSH_MS })
  const watching = {
    watch,
    feedback: createFeedback(watch),
    canaries: createCanaries({ ...making, lookup: (name) => policies.lookup(name), watch }),
    policies: watchedPolicies(policies, watch),
    scoring: watchedScoring(scoring, watch)
  }
  return {
    engine,
    upstreams,
    scorers,
    store,
    admission,
    remoteAdmission,
    calibrations,
    evaluations,
    judges: createJudges(),
    transfer,
    ...watching
  }
}
