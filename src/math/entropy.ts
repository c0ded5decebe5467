import { logSumExp, sum } from './logprob.js'

const plogp = (p: number): number => (p > 0 ? p * Math.log(p) : 0)

/** Shannon entropy in nats of probabilities that sum to one; 0·ln 0 counts as 0. Range [0, ln K]. */
export function entropy(probabilities: readonly number[]): number {
  return Math.max(0, -sum(probabilities.map(plogp)))
}

/** Plug-in entropy of counts, in nats; 0 when nothing was counted. Range [0, ln K]. */
export function entropyOfCounts(counts: readonly number[]): number {
  const total = sum(counts)
  return total === 0 ? 0 : entropy(counts.map((count) => count / total))
}

/** Plug-in entropy plus (K − 1)/(2N), the first-order correction of its small-sample bias. In nats. */
export function millerMadow(counts: readonly number[]): number {
  const seen = counts.filter((count) => count > 0)
  return seen.length === 0 ? 0 : entropyOfCounts(seen) + (seen.length - 1) / (2 * sum(seen))
}

/** Good–Turing estimate of the probability mass already seen, 1 − (classes seen once)/N. Range [0, 1]. */
export function coverage(counts: readonly number[]): number {
  const total = sum(counts)
  return total === 0 ? 0 : 1 - counts.filter((count) => count === 1).length / total
}

/** What the most probable tokens alone say of the entropy of the whole distribution, in nats. */
export interface EntropyBounds {
  /** The listed tokens' own terms. */
  readonly partial: number
  /** Tight lower bound: the rest sits on as few tokens as it can, none above the least probable listed one. */
  readonly lower: number
  /** Tight upper bound: the rest is spread evenly; null when the size of the vocabulary is unknown. */
  readonly upper: number | null
  /** Entropy of the listed tokens rescaled to one. Neither bound; other libraries report it. */
  readonly renormalised: number
}

/** No vocabulary is larger: a rest that needs more tokens than this is rounding in what the server sent. */
const LARGEST_VOCABULARY = 1e6

function restAtItsMostUneven(rest: number, cap: number): number {
  if (rest > cap * LARGEST_VOCABULARY) return 0
  const full = Math.floor(rest / cap)
  return -full * plogp(cap) - plogp(rest - full * cap)
}

function restSpreadEvenly(rest: number, unseen: number): number {
  return rest === 0 || unseen <= 0 ? 0 : -rest * Math.log(rest / unseen)
}

/**
 * Bounds on the entropy of a next-token distribution of which only the most probable tokens are known.
 * @param logprobs of those tokens in nats, in any order, at least one
 * @param vocabularySize V, or null when unknown
 */
export function entropyBounds(logprobs: readonly number[], vocabularySize: number | null): EntropyBounds {
  const p = logprobs.map(Math.exp)
  const rest = Math.min(1, Math.max(0, 1 - sum(p)))
  const total = logSumExp(logprobs)
  const partial = Math.max(0, -sum(p.map(plogp)))
  const upper = vocabularySize === null ? null : partial + restSpreadEvenly(rest, vocabularySize - p.length)
  const lower =
    partial +
    restAtItsMostUneven(
      rest,
      p.reduce((a, b) => Math.min(a, b), 1)
    )
  const renormalised = entropy(logprobs.map((logprob) => Math.exp(logprob - total)))
  return { partial, lower: upper === null ? lower : Math.min(lower, upper), upper, renormalised }
}
