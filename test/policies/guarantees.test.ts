/**
 * Whether the promises hold: many seeded draws of examples, each threshold judged by the true error of the population.
 * A right promise fails in at most its share of draws, up to the noise of counting them.
 */
import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { riskSteps, type Labelled } from '../../src/math/risk-control.js'
import type { Fit } from '../../src/policies/fit.js'
import { coverage } from '../../src/policies/objectives/coverage.js'
import { expectedRisk } from '../../src/policies/objectives/expected-risk.js'
import { selectiveError } from '../../src/policies/objectives/selective-error.js'
import {
  CONTINUOUS,
  draw,
  noisy as noise,
  reached,
  share,
  TIED,
  trueError,
  trueJointError,
  uniforms,
  type Population
} from './populations.js'

const DRAWS = 600

/** Share of right answers that are turned away in the population. */
function trueTurnedAway(p: Population, threshold: number): number {
  const right = (upTo: number) => upTo - (p.slope * upTo * (upTo + 1)) / (2 * p.levels)
  return 1 - right(reached(p, threshold)) / right(p.levels)
}

/** The thresholds of many draws; null where the objective refused. */
function thresholds(
  p: Population,
  n: number,
  fit: (examples: readonly Labelled[]) => Pick<Fit, 'threshold'>
): readonly (number | null)[] {
  return Array.from({ length: DRAWS }, (_, seed) => {
    try {
      return fit(draw(p, n, uniforms(seed * 7919 + n))).threshold
    } catch (error) {
      if (error instanceof QualmError && error.status === 422) return null
      throw error
    }
  })
}

/** The loosest threshold whose error on the examples themselves is within 0.15. */
function naive(examples: readonly Labelled[]): Pick<Fit, 'threshold'> {
  const step = riskSteps(examples).findLast(({ errors, accepted }) => errors <= 0.15 * accepted)
  return { threshold: step?.threshold ?? 0 }
}

const noisy = (failing: number) => noise(failing, DRAWS)

const CASES = [
  ['continuous scores', CONTINUOUS, 400],
  ['continuous scores, small n', CONTINUOUS, 45],
  ['ties everywhere', TIED, 400],
  ['ties everywhere, small n', TIED, 45]
] as const

t.test('the error among accepted answers holds at the promised level', async (t) => {
  for (const [what, population, n] of CASES) {
    const found = thresholds(population, n, (examples) => selectiveError({ examples, target: 0.15, level: 0.9 }))
    const broken = share(found.map((threshold) => threshold !== null && trueError(population, threshold) > 0.15))
    t.ok(broken <= noisy(0.1), `${what}: broken in ${broken} of draws`)
  }
})

t.test('the promise about the error is not kept by never accepting', async (t) => {
  const found = thresholds(CONTINUOUS, 400, (examples) => selectiveError({ examples, target: 0.15, level: 0.9 }))
  t.ok(share(found.map((threshold) => threshold !== null)) > 0.8)
  const accepted = found.filter((threshold) => threshold !== null)
  t.ok(accepted.reduce((sum, threshold) => sum + threshold, 0) / accepted.length > 0.2, 'of the 0.5 that are possible')
})

t.test('a threshold at the empirical error breaks the same promise far too often', async (t) => {
  for (const [what, population, n] of CASES) {
    const found = thresholds(population, n, naive)
    const broken = share(found.map((threshold) => threshold !== null && trueError(population, threshold) > 0.15))
    t.ok(broken > noisy(0.1), `${what}: broken in ${broken} of draws`)
  }
})

t.test('the share of right answers turned away holds on average over draws', async (t) => {
  for (const [what, population, n] of CASES) {
    const found = thresholds(population, n, (examples) => coverage({ examples, target: 0.1, level: null }))
    const away = found.map((threshold) => (threshold === null ? 0 : trueTurnedAway(population, threshold)))
    const average = away.reduce((sum, value) => sum + value, 0) / DRAWS
    t.ok(average <= 0.1 + (3 * 0.06) / Math.sqrt(DRAWS), `${what}: ${average} turned away`)
  }
})

t.test('the conformal share is close to the target where scores have no ties', async (t) => {
  const found = thresholds(CONTINUOUS, 400, (examples) => coverage({ examples, target: 0.1, level: null }))
  const average = found.reduce<number>((sum, threshold) => sum + trueTurnedAway(CONTINUOUS, threshold!), 0) / DRAWS
  t.ok(Math.abs(average - 0.1) < 0.005, `${average} turned away`)
})

t.test('coverage with a level holds in that share of draws, without it in far fewer', async (t) => {
  const broken = (level: number | null) =>
    share(
      thresholds(CONTINUOUS, 400, (examples) => coverage({ examples, target: 0.1, level })).map(
        (threshold) => threshold !== null && trueTurnedAway(CONTINUOUS, threshold) > 0.1
      )
    )
  t.ok(broken(0.9) <= noisy(0.1))
  t.ok(broken(null) > 0.3)
})

t.test('the joint error holds on average over draws', async (t) => {
  for (const [what, population, n] of CASES) {
    const found = thresholds(population, n, (examples) => expectedRisk({ examples, target: 0.1, level: null }))
    const errors = found.map((threshold) => (threshold === null ? 0 : trueJointError(population, threshold)))
    const average = errors.reduce((sum, value) => sum + value, 0) / DRAWS
    t.ok(average <= 0.1 + (3 * 0.06) / Math.sqrt(DRAWS), `${what}: ${average}`)
  }
})
