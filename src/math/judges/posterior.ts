/** Draws summed up: means, credible intervals, ranks, and whether the chain has settled. */
import type { TruthDraw } from './truth-model.js'
import { volumeOf } from './truth-model.js'

/** Mean and 95 % credible interval. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface CandidateEstimate {
  /** Expected level, 0 lowest and 1 highest. With two levels the share of good answers. */
  readonly quality: Estimate
  /** Mean share per level. */
  readonly levels: readonly number[]
  /** Probability of the highest quality of all candidates. */
  readonly best: number
  /** Rank 1 is best. */
  readonly rank: Estimate
}

export interface JudgeEstimate {
  /** Mean P(verdict | true level), true level × verdict. */
  readonly confusion: readonly (readonly number[])[]
  /** Volume that the judge's points span: 1 perfect, 0 useless. With two levels sensitivity + specificity − 1. */
  readonly volume: Estimate
}

export interface TruthPosterior {
  readonly candidates: readonly CandidateEstimate[]
  readonly judges: readonly JudgeEstimate[]
  /** Answer × level: probabilities of the truth. */
  readonly truth: readonly (readonly number[])[]
  /** Largest split R̂ over the qualities: above 1.1 the draws have not settled. */
  readonly splitRhat: number
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function estimate(values: readonly number[]): Estimate {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!
  return { mean: mean(values), low: at(0.025), high: at(0.975) }
}

/** Spread over both halves of a chain against that within them (Gelman et al., Bayesian Data Analysis, §11.4). */
function splitRhat(values: readonly number[]): number {
  const half = Math.floor(values.length / 2)
  const halves = [values.slice(0, half), values.slice(half, 2 * half)]
  const means = halves.map(mean)
  const within = mean(
    halves.map((each, i) => each.reduce((sum, value) => sum + (value - means[i]!) ** 2, 0) / (half - 1))
  )
  const between = ((means[0]! - means[1]!) ** 2 / 2) * half
  return within === 0 ? 1 : Math.sqrt((half - 1) / half + between / half / within)
}

function addInto(sums: number[][], rows: readonly (readonly number[])[]): void {
  rows.forEach((row, i) => row.forEach((value, k) => (sums[i]![k]! += value)))
}

const divided = (sums: readonly (readonly number[])[], by: number): number[][] =>
  sums.map((row) => row.map((value) => value / by))

/** Collects draws; `summary` needs at least four. */
export class TruthSummary {
  #draws = 0
  readonly #quality: number[][] = []
  readonly #volume: number[][] = []
  #shares: number[][] = []
  #truth: number[][] = []
  #confusion: number[][][] = []

  add({ shares, confusion, truth }: TruthDraw): void {
    if (this.#draws++ === 0) {
      const zeros = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map(() => 0))
      this.#shares = zeros(shares)
      this.#truth = zeros(truth)
      this.#confusion = confusion.map(zeros)
    }
    addInto(this.#shares, shares)
    addInto(this.#truth, truth)
    confusion.forEach((points, j) => addInto(this.#confusion[j]!, points))
    this.#quality.push(shares.map((each) => each.reduce((sum, share, m) => sum + share * m, 0) / (each.length - 1)))
    this.#volume.push(confusion.map(volumeOf))
  }

  summary(): TruthPosterior {
    const levels = divided(this.#shares, this.#draws)
    const ranks = this.#quality.map((draw) => draw.map((own) => 1 + draw.filter((other) => other > own).length))
    const column = (rows: readonly (readonly number[])[], i: number): number[] => rows.map((row) => row[i]!)
    return {
      candidates: levels.map((shares, c) => ({
        quality: estimate(column(this.#quality, c)),
        levels: shares,
        best: mean(column(ranks, c).map((rank) => (rank === 1 ? 1 : 0))),
        rank: estimate(column(ranks, c))
      })),
      judges: this.#confusion.map((points, j) => ({
        confusion: divided(points, this.#draws),
        volume: estimate(column(this.#volume, j))
      })),
      truth: divided(this.#truth, this.#draws),
      splitRhat: Math.max(...levels.map((_, c) => splitRhat(column(this.#quality, c))))
    }
  }
}
