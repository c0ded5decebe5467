/** Several replies turned into one confidence per candidate answer (Xiong et al. 2024; formulas.md §6.1). */
import type { Guess } from '../scorer.js'
import { sum } from './logprob.js'

/** Confidence of every candidate, by its key; the values sum to 1. */
export type Confidences = ReadonlyMap<string, number>

/** Share of the replies that give a candidate first. At least one reply, each with at least one guess. */
export function consistency(replies: readonly (readonly Guess[])[]): Confidences {
  return weighted(replies, () => 1)
}

/**
 * Share of the stated confidence that goes to a candidate: Σ 1[Ŷᵢ = a] Cᵢ / Σ Cᵢ over the first guesses. When all are
 * zero there is nothing to weigh by, and the value is `consistency`.
 */
export function averageConfidence(replies: readonly (readonly Guess[])[]): Confidences {
  const stated = replies.some(([first]) => first!.confidence > 0)
  return stated ? weighted(replies, ({ confidence }) => confidence) : consistency(replies)
}

function weighted(replies: readonly (readonly Guess[])[], weigh: (first: Guess) => number): Confidences {
  const firsts = replies.map(([first]) => first!)
  const total = sum(firsts.map(weigh))
  const shares = new Map<string, number>()
  for (const first of firsts) shares.set(first.answer, (shares.get(first.answer) ?? 0) + weigh(first) / total)
  return shares
}

/** Wins added to every ordered pair where the maximum would not exist. */
const PSEUDO_WINS = 0.1
const TOLERANCE = 1e-12
const MOST_ROUNDS = 2000

type Wins = readonly (readonly number[])[]

/**
 * Pair-Rank: the categorical distribution that makes the orders of the lists most likely, Σ ln P(u) / (P(u) + P(v)) over
 * all u ranked before v. A candidate that a list leaves out ranks behind those that it names. Bradley–Terry by
 * minorisation–maximisation (Hunter 2004); the paper's code lacks the logarithm and so tends to a point mass. No maximum
 * exists where some candidates are never beaten by the others; then 0.1 wins are added to every ordered pair.
 * @param lists candidates, best first, each once per list
 * @param more candidates that may be in no list
 */
export function pairRank(lists: readonly (readonly string[])[], more: readonly string[] = []): Confidences {
  const names = [...new Set([...lists.flat(), ...more])]
  const counted = winsBetween(names, lists)
  const wins = isConnected(counted) ? counted : counted.map((row) => row.map((won) => won + PSEUDO_WINS))
  let strengths: readonly number[] = names.map(() => 1 / names.length)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = improved(strengths, wins)
    const change = Math.max(...next.map((value, i) => Math.abs(value - strengths[i]!)))
    strengths = next
    if (change < TOLERANCE) break
  }
  return new Map(names.map((name, i) => [name, strengths[i]!]))
}

function winsBetween(names: readonly string[], lists: readonly (readonly string[])[]): Wins {
  const ranks = lists.map((list) => new Map(list.map((name, rank) => [name, rank])))
  const rankOf = (rank: ReadonlyMap<string, number>, name: string): number => rank.get(name) ?? Infinity
  return names.map((u) => names.map((v) => ranks.filter((rank) => rankOf(rank, u) < rankOf(rank, v)).length))
}

/** Whether each candidate has beaten each other one, if only by way of others: the condition for a maximum (Ford 1957). */
function isConnected(wins: Wins): boolean {
  const reaches = (beats: (u: number, v: number) => boolean): boolean => {
    const found = new Set([0])
    for (const u of found) wins.forEach((_, v) => beats(u, v) && found.add(v))
    return found.size === wins.length
  }
  return reaches((u, v) => wins[u]![v]! > 0) && reaches((u, v) => wins[v]![u]! > 0)
}

/** One round: strength = own wins / Σ games / (sum of both strengths), rescaled to sum 1. */
function improved(strengths: readonly number[], wins: Wins): readonly number[] {
  if (strengths.length === 1) return [1]
  const raw = strengths.map((own, i) => {
    const others = strengths
      .map((other, j) => ({ other, won: wins[i]![j]!, lost: wins[j]![i]! }))
      .filter((_, j) => j !== i)
    return sum(others.map(({ won }) => won)) / sum(others.map(({ other, won, lost }) => (won + lost) / (own + other)))
  })
  const total = sum(raw)
  return raw.map((value) => value / total)
}
