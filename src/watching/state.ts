/** What the watch knows of one policy version, and how a score or a label changes it. Pure, so that it can run again. */
import { conformalRank } from '../math/conformal.js'
import { derivedSeed, seededRandom } from '../math/random.js'
import { adaptedLevel } from '../math/watching/adaptive.js'
import {
  alarmAt,
  betOnPValue,
  inserted,
  smoothedPValue,
  startExchangeability
} from '../math/watching/exchangeability.js'
import { betOnLoss, startRisk } from '../math/watching/risk-evidence.js'
import { startWealth, type Wealth } from '../math/watching/wealth.js'
import type { Watched } from './watched.js'

/** A score that a policy decided on. `within`: at or below the threshold, whatever was decided. */
export interface ObservedScore {
  readonly uncertainty: number
  readonly accepted: boolean
  readonly within: boolean
}

/** Why a promise counts as broken. `n`: scores or labels seen until then. */
export interface Broken {
  readonly by: 'scores' | 'labels'
  readonly atMs: number
  readonly n: number
}

export interface WatchState {
  readonly scores: {
    readonly n: number
    readonly accepted: number
    /** Number of the running test, from 1. A test ends after `TEST_LENGTH` scores, and a fresh one begins. */
    readonly test: number
    /** Scores of the running test, ascending. */
    readonly bag: readonly number[]
    readonly wealth: Wealth
    /** The newest `RECENT` scores, oldest first. */
    readonly recent: readonly number[]
  }
  readonly labels: {
    readonly n: number
    readonly right: number
    /** Labels that bear on the promise, and the sum of their losses. */
    readonly tested: number
    readonly losses: number
    readonly wealth: Wealth
  }
  /** Adaptive conformal inference; only for `coverage`. */
  readonly adaptive: { readonly alpha: number; readonly n: number; readonly missed: number } | null
  /** The first alarm; it stays. */
  readonly broken: Broken | null
}

/** Scores of one test of exchangeability: its bag is kept whole, and must stay small. */
export const TEST_LENGTH = 1000
/** Scores that drift is told of. */
export const RECENT = 500

/** Before anything was seen. */
export function startState({ bound, objective, target }: Watched): WatchState {
  return {
    scores: { n: 0, accepted: 0, test: 1, bag: [], wealth: startExchangeability(), recent: [] },
    labels: { n: 0, right: 0, tested: 0, losses: 0, wealth: bound === null ? startWealth(1) : startRisk(bound) },
    adaptive: objective === 'coverage' && target !== null ? { alpha: target, n: 0, missed: 0 } : null,
    broken: null
  }
}

/** One more score. A false alarm of exchangeability has probability ≤ `level` over all tests together. */
export function addScore(
  state: WatchState,
  watched: Watched,
  { uncertainty, accepted }: ObservedScore,
  { atMs, level }: { readonly atMs: number; readonly level: number }
): WatchState {
  const { scores } = state
  const isOver = scores.bag.length >= TEST_LENGTH
  const {
    test,
    bag,
    wealth: before
  } = isOver ? { test: scores.test + 1, bag: [], wealth: startExchangeability() } : scores
  const n = scores.n + 1
  const theta = seededRandom(derivedSeed(watched.seed, n))()
  const wealth = betOnPValue(before, smoothedPValue([watched.reference, bag], uncertainty, theta))
  const next = {
    n,
    accepted: scores.accepted + Number(accepted),
    test,
    bag: inserted(bag, uncertainty),
    wealth,
    recent: [...scores.recent, uncertainty].slice(-RECENT)
  }
  const isAlarm = state.broken === null && wealth.log >= alarmAt(test, level)
  return { ...state, scores: next, broken: isAlarm ? { by: 'scores', atMs, n } : state.broken }
}

/** The loss, in [0, 1], that a promise is about; null when the label does not bear on it, or the promise is another. */
export function lossOf({ objective, bound }: Watched, { accepted, within }: ObservedScore, grade: number) {
  if (bound === null) return null
  if (objective === 'selective_error') return accepted ? 1 - grade : null
  if (objective === 'coverage') return grade >= 0.5 ? Number(!within) : null
  return accepted ? 1 - grade : 0
}

/** Score at or below which an answer is accepted at level `alpha`: ∞ at 0 and below, −∞ at 1 and above. */
export function adaptiveThreshold({ calibration }: Watched, alpha: number): number {
  if (alpha <= 0) return Infinity
  if (alpha >= 1) return -Infinity
  return calibration[conformalRank(calibration.length, alpha) - 1] ?? Infinity
}

function adapt(
  adaptive: WatchState['adaptive'],
  watched: Watched,
  { uncertainty }: ObservedScore,
  grade: number
): WatchState['adaptive'] {
  if (adaptive === null || watched.target === null || grade < 0.5) return adaptive
  const isMissed = uncertainty > adaptiveThreshold(watched, adaptive.alpha)
  return {
    alpha: adaptedLevel(adaptive.alpha, watched.target, isMissed),
    n: adaptive.n + 1,
    missed: adaptive.missed + Number(isMissed)
  }
}

/** One more label, as a grade in [0, 1]. Labels count in the order in which they arrive. */
export function addLabel(
  state: WatchState,
  watched: Watched,
  { score, grade, atMs }: { readonly score: ObservedScore; readonly grade: number; readonly atMs: number }
): WatchState {
  const { labels } = state
  const loss = lossOf(watched, score, grade)
  const next = {
    n: labels.n + 1,
    right: labels.right + Number(grade >= 0.5),
    tested: labels.tested + Number(loss !== null),
    losses: labels.losses + (loss ?? 0),
    wealth: loss === null ? labels.wealth : betOnLoss(labels.wealth, loss, watched.bound!)
  }
  const isAlarm = state.broken === null && next.wealth.log >= Math.log(1 / watched.labelLevel)
  return {
    ...state,
    labels: next,
    adaptive: adapt(state.adaptive, watched, score, grade),
    broken: isAlarm ? { by: 'labels', atMs, n: next.n } : state.broken
  }
}
