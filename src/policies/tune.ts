/**
 * The choice of scorer and options on examples that play no other part, so that the guarantee, computed on the rest,
 * holds whatever was tried (formulas.md §7.6: peers judge the choice on the very data that they report).
 */
import { QualmError } from '../errors.js'
import { aurc } from '../math/metrics.js'
import { drawIndex, seededRandom } from '../math/random.js'
import type { Candidate } from './candidates.js'
import type { ScoredExamples } from './examples.js'
import { REFUSALS } from './cuts.js'
import type { TunedCandidate, Tuning } from './policy.js'

/** Places of the examples in the body: those to tune on, and the others. Both ascend. */
export interface Split {
  readonly tuning: readonly number[]
  readonly rest: readonly number[]
}

export const DEFAULT_SPLIT = 0.3

/** A seeded split of 0 … n − 1 by shuffling; labels and order in the body play no part. Each side has one at least. */
export function splitPlaces(n: number, share: number, seed: number): Split {
  const places = Array.from({ length: n }, (_, i) => i)
  const random = seededRandom(seed)
  for (let i = n - 1; i > 0; i--) {
    const j = drawIndex(random, i + 1)
    ;[places[i], places[j]] = [places[j]!, places[i]!]
  }
  const count = Math.min(n - 1, Math.max(1, Math.round(n * share)))
  const ascending = (part: readonly number[]) => part.toSorted((a, b) => a - b)
  return { tuning: ascending(places.slice(0, count)), rest: ascending(places.slice(count)) }
}

/** Share of the tuning split that a candidate would answer; null when the objective is out of its reach there. */
function answered(examples: ScoredExamples, share: (examples: ScoredExamples) => number): number | null {
  try {
    return share(examples)
  } catch (error) {
    if (error instanceof QualmError && REFUSALS.has(error.code)) return null
    throw error
  }
}

function assess({ scorer, options }: Candidate, examples: ScoredExamples, share: number | null): TunedCandidate {
  const uncertainty = examples.labelled.map((example) => example.uncertainty)
  const quality = examples.labelled.map(({ loss }) => 1 - loss)
  return { scorer: scorer.name, options, answered_share: share, aurc: aurc(uncertainty, quality) }
}

/** Whether `a` is the better choice: it answers more, or as much with less risk over all coverages. */
function isBetter(a: TunedCandidate, b: TunedCandidate): boolean {
  const [more, less] = [a.answered_share ?? -1, b.answered_share ?? -1]
  return more > less || (more === less && (a.aurc ?? Infinity) < (b.aurc ?? Infinity))
}

/**
 * Tries every candidate on the tuning split. The first of equals wins.
 * @param score scores the tuning split with a candidate
 * @param share share of examples that the objective lets answer
 */
export async function tune(
  candidates: readonly Candidate[],
  n: number,
  score: (candidate: Candidate) => Promise<ScoredExamples>,
  share: (examples: ScoredExamples) => number
): Promise<Tuning> {
  const assessed: TunedCandidate[] = []
  // One after the other: the examples of each already fill the queue of the models.
  for (const candidate of candidates) {
    const examples = await score(candidate)
    assessed.push(assess(candidate, examples, answered(examples, share)))
  }
  const chosen = assessed.reduce((best, one, i) => (isBetter(one, assessed[best]!) ? i : best), 0)
  return { n, candidates: assessed, chosen }
}
