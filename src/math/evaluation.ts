/** How well one uncertainty tells wrong answers from right ones, with bootstrap intervals (formulas.md §8). */
import { bootstrapInterval, type Interval } from './bootstrap.js'
import { platt } from './calibrators/platt.js'
import {
  auarcOf,
  binsOf,
  countedAuroc,
  countedBrier,
  countedCurve,
  countedEce,
  prrOf,
  rankingOf
} from './counted-metrics.js'
import { crossFit } from './cross-fitting.js'

/** A figure with the interval in which it would fall on other samples of the same size; nulls where it is undefined. */
export interface Figure {
  readonly value: number | null
  readonly interval: Interval | null
}

/** The figures of one scorer over n labelled answers. */
export interface Evaluation {
  readonly n: number
  /** Share of the answers that are right. */
  readonly accuracy: number | null
  /** Probability that a wrong answer is called more uncertain than a right one; 0.5 is chance. */
  readonly auroc: Figure
  /** Mean accuracy of the most certain answers over all coverages. */
  readonly auarc: Figure
  /** 1 is a perfect order of rejection, 0 a random one. */
  readonly prr: Figure
  /** Of Platt-scaled, cross-fitted confidence. */
  readonly ece: Figure
  readonly brier: Figure
}

/** What a resample is counted with: how often each answer was drawn. */
type Counts = ArrayLike<number>

/**
 * Evaluates uncertainties (finite, higher is more uncertain) against quality in [0, 1]; an answer of quality below ½ is
 * wrong. Resamples whole groups where `groups` says which answers belong together, else single answers.
 */
export function evaluate(
  uncertainty: readonly number[],
  quality: readonly number[],
  options: { readonly draws?: number; readonly groups?: readonly (string | number)[] } = {}
): Evaluation {
  const members = groupMembers(options.groups ?? uncertainty.map((_, i) => i))
  const once = uncertainty.map(() => 1)
  const figure = (of: (counts: Counts) => number | null): Figure => ({
    value: of(once),
    interval: bootstrapInterval(members.length, (drawn) => of(countsOf(drawn, members, quality.length)), {
      draws: options.draws ?? 1000
    })
  })
  const confidence = crossFittedConfidence(uncertainty, quality)
  const bins = confidence && binsOf(confidence)
  const wrong = quality.map((each) => each < 0.5)
  const ranking = rankingOf(uncertainty)
  const oracle = rankingOf(quality.map((each) => -each))
  return {
    n: quality.length,
    accuracy: quality.length === 0 ? null : quality.reduce((sum, each) => sum + each, 0) / quality.length,
    auroc: figure((counts) => countedAuroc(ranking, wrong, counts)),
    auarc: figure((counts) => auarcOf(countedCurve(ranking, quality, counts))),
    prr: figure((counts) => prrOf(countedCurve(ranking, quality, counts), countedCurve(oracle, quality, counts))),
    ece: figure((counts) => bins && countedEce(bins, confidence!, quality, counts)),
    brier: figure((counts) => confidence && countedBrier(confidence, quality, counts))
  }
}

function countsOf(drawn: readonly number[], members: readonly (readonly number[])[], n: number): Counts {
  const counts = new Uint32Array(n)
  for (const at of drawn) for (const i of members[at]!) counts[i]! += 1
  return counts
}

/** Platt-scaled confidence of each answer from a fit that did not see it; null for fewer than two. */
export function crossFittedConfidence(
  uncertainty: readonly number[],
  quality: readonly number[]
): readonly number[] | null {
  const certainty = uncertainty.map((each) => 0 - each)
  return crossFit(
    quality.length,
    (indexes) => platt.fit({ scores: indexes.map((i) => certainty[i]!), quality: indexes.map((i) => quality[i]!) }),
    (fit, i) => platt.predict(fit, certainty[i]!)
  )
}

/** Indexes of each group, in order of first appearance. */
function groupMembers(groups: readonly (string | number)[]): readonly (readonly number[])[] {
  const members = new Map<string | number, number[]>()
  groups.forEach((group, i) => {
    const known = members.get(group)
    if (known === undefined) members.set(group, [i])
    else known.push(i)
  })
  return [...members.values()]
}
