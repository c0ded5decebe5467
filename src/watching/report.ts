import { adaptionBound } from '../math/watching/adaptive.js'
import { ksDistance, permutationPValue, stabilityIndex } from '../math/watching/drift.js'
import { alarmAt } from '../math/watching/exchangeability.js'
import { towardsUncertain } from '../policies/policy.js'
import type { WatchReport } from '../schemas/watch.js'
import { adaptiveThreshold, type Broken, type WatchState } from './state.js'
import type { Known } from './known.js'
import { WATCH_LEVEL, type Watched } from './watched.js'

/** With fewer scores on either side, drift is noise. */
const FEWEST = 20
const SHUFFLES = 199

const MESSAGES: Readonly<Record<Broken['by'], string>> = {
  scores: 'Scores come from another distribution than the examples: make a new version from examples of today.',
  labels: 'Labels show a larger error than promised: make a new version from examples of today.'
}

function driftOf({ recent }: WatchState['scores'], { reference, seed }: Watched): WatchReport['scores']['drift'] {
  if (recent.length < FEWEST || reference.length < FEWEST) return null
  return {
    recent: recent.length,
    reference: reference.length,
    stability_index: stabilityIndex(reference, recent),
    ks_distance: ksDistance(reference, recent),
    p_value: permutationPValue(reference, recent, { shuffles: SHUFFLES, seed })
  }
}

function brokenOf(broken: Broken | null): WatchReport['broken'] {
  if (broken === null) return null
  return { by: broken.by, at: Math.floor(broken.atMs / 1000), after: broken.n, message: MESSAGES[broken.by] }
}

function labelsOf({ labels }: WatchState, { bound, labelLevel }: Watched): WatchReport['labels'] {
  const { n, right, tested, losses, wealth } = labels
  return {
    n,
    right,
    tested,
    mean_loss: tested === 0 ? null : losses / tested,
    bound,
    log_evidence: wealth.log,
    alarm_at: Math.log(1 / labelLevel)
  }
}

function adaptiveOf({ adaptive }: WatchState, one: Watched): WatchReport['adaptive'] {
  if (adaptive === null || one.target === null) return null
  const { alpha, n, missed } = adaptive
  const threshold = towardsUncertain(one.direction, adaptiveThreshold(one, alpha))
  const bound = n === 0 ? null : adaptionBound(one.target, n)
  return { alpha, threshold: Number.isFinite(threshold) ? threshold : null, n, missed, bound }
}

/** What is known of a policy, as callers see it. Takes some milliseconds: the permutation test is done here. */
export function watchReport({ watched: one, state, canaries }: Known): WatchReport {
  const { scores } = state
  return {
    level: WATCH_LEVEL,
    broken: brokenOf(state.broken),
    canaries,
    scores: {
      n: scores.n,
      accepted: scores.accepted,
      log_evidence: scores.wealth.log,
      alarm_at: alarmAt(scores.test, WATCH_LEVEL),
      drift: driftOf(scores, one)
    },
    labels: labelsOf(state, one),
    adaptive: adaptiveOf(state, one)
  }
}
