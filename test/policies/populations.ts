/** Populations whose true error is known at every threshold, and what counts as keeping a promise on draws from them. */
import type { Labelled } from '../../src/math/risk-control.js'

/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Uncertainty uniform on a grid of `levels` values in (0, 1], P(wrong | u) = slope · u. */
export interface Population {
  readonly levels: number
  readonly slope: number
}

export const CONTINUOUS: Population = { levels: 1_000_000, slope: 0.6 }
export const TIED: Population = { levels: 20, slope: 0.6 }

export function draw({ levels, slope }: Population, n: number, random: () => number): readonly Labelled[] {
  return Array.from({ length: n }, () => {
    const uncertainty = (Math.floor(random() * levels) + 1) / levels
    return { uncertainty, loss: random() < slope * uncertainty ? 1 : 0 }
  })
}

/** Grid values up to the threshold. */
export const reached = ({ levels }: Population, threshold: number) => Math.floor(threshold * levels + 1e-9)

/** P(wrong | accepted) in the population: the mean of slope · u over the grid values accepted. */
export const trueError = (p: Population, threshold: number) => (p.slope * (reached(p, threshold) + 1)) / (2 * p.levels)

/** P(accepted and wrong) in the population. */
export const trueJointError = (p: Population, threshold: number) =>
  trueError(p, threshold) * (reached(p, threshold) / p.levels)

export const share = (values: readonly boolean[]) => values.filter(Boolean).length / values.length
export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Largest share of failures that a promise kept in 1 − `failing` of `draws` shows, at three standard errors. */
export const noisy = (failing: number, draws: number) => failing + 3 * Math.sqrt((failing * (1 - failing)) / draws)

/** A four-option question of a model that is surer than it should be. */
export interface Question {
  readonly probabilities: readonly number[]
  readonly right: number
}

/** Probabilities in steps of a twentieth; the right option is drawn from their power `trust` (1: calibrated). */
export function question(trust: number, random: () => number): Question {
  const cuts = [random(), random(), random()].map((one) => Math.round(one * 20)).sort((a, b) => a - b)
  const probabilities = [...cuts, 20].map((cut, i) => (cut - (cuts[i - 1] ?? 0)) / 20)
  const weights = probabilities.map((p) => p ** trust)
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0)
  return {
    probabilities,
    right: Math.max(
      0,
      weights.findIndex((weight) => (left -= weight) < 0)
    )
  }
}
