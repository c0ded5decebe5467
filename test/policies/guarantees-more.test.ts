/**
 * Whether the promises of sets, groups, cascades, costs, other tests and tuned policies hold over many seeded draws, and
 * whether what people do instead does not.
 */
import t from 'tap'
import { QualmError } from '../../src/errors.js'
import type { FitExample } from '../../src/policies/fit.js'
import { fitParts, cutOf, type Part } from '../../src/policies/cuts.js'
import { cascadeError } from '../../src/policies/objectives/cascade-error.js'
import { expectedCost } from '../../src/policies/objectives/expected-cost.js'
import { selectiveError } from '../../src/policies/objectives/selective-error.js'
import { sets } from '../../src/policies/objectives/sets.js'
import { membersOf, optionScores, setSettings } from '../../src/policies/option-sets.js'
import { splitPlaces } from '../../src/policies/tune.js'
import { CONTINUOUS, draw, mean, noisy, question, reached, share, TIED, trueError, uniforms } from './populations.js'
import type { Population, Question } from './populations.js'

const DRAWS = 150

/** What `work` returns, or null where the objective is refused. */
function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (error instanceof QualmError && error.status === 422) return null
    throw error
  }
}

const draws = <T>(work: (random: () => number) => T): readonly T[] =>
  Array.from({ length: DRAWS }, (_, seed) => work(uniforms(seed * 7919 + 13)))

const CASES = [
  ['continuous scores', CONTINUOUS, 400],
  ['continuous scores, small n', CONTINUOUS, 60],
  ['ties everywhere', TIED, 400],
  ['ties everywhere, small n', TIED, 60]
] as const

t.test('the error among accepted answers holds with every procedure and p-value', async (t) => {
  const settings = [{ method: 'bonferroni' }, { p_value: 'hoeffding_bentkus' }] as const
  for (const setting of settings) {
    for (const [what, population, n] of CASES) {
      const fit = (examples: readonly FitExample[]) =>
        selectiveError({ examples, target: 0.15, level: 0.9, settings: setting })
      const found = draws((random) => attempt(() => fit(draw(population, n, random)).threshold))
      const broken = share(found.map((one) => one !== null && trueError(population, one) > 0.15))
      t.ok(broken <= noisy(0.1, DRAWS), `${JSON.stringify(setting)}, ${what}: broken in ${broken} of draws`)
    }
  }
})

t.test('graded losses hold too', async (t) => {
  // A grade of 0.5 for every second wrong answer: the mean loss is three quarters of the error.
  const graded = (population: Population, n: number, random: () => number) =>
    draw(population, n, random).map(({ uncertainty, loss }) => ({
      uncertainty,
      loss: random() < 0.5 ? loss / 2 : loss
    }))
  for (const [what, population, n] of CASES) {
    const fit = (examples: readonly FitExample[]) => selectiveError({ examples, target: 0.15, level: 0.9 }).threshold
    const found = draws((random) => attempt(() => fit(graded(population, n, random))))
    const broken = share(found.map((one) => one !== null && 0.75 * trueError(population, one) > 0.15))
    t.ok(broken <= noisy(0.1, DRAWS), `${what}: broken in ${broken} of draws`)
  }
})

const withOptions = ({ probabilities, right }: Question, random: () => number): FitExample => ({
  uncertainty: 1 - Math.max(...probabilities),
  loss: 0,
  options: { probabilities, right, u: random() }
})

/** Surer than it should be: the right option is nearly as often one that looks unlikely. */
const BOASTING = 0.3
const FRESH = 20

t.test('sets hold the right option at the promised rate, with ties and few questions', async (t) => {
  for (const settings of [
    { method: 'lac' },
    { method: 'aps' },
    { method: 'aps', randomized: true },
    { method: 'raps' },
    { method: 'margin' }
  ] as const) {
    for (const n of [15, 100]) {
      const rules = setSettings(settings)
      const covered = draws((random) => {
        const examples = Array.from({ length: n }, () => withOptions(question(BOASTING, random), random))
        const { threshold } = sets({ examples, target: 0.1, level: null, settings })
        const hits = Array.from({ length: FRESH }, () => {
          const { probabilities, right } = question(BOASTING, random)
          return membersOf(optionScores(probabilities, rules, random()), threshold).includes(right)
        })
        return share(hits)
      })
      t.ok(
        mean(covered) >= 0.9 - 3 * (0.1 / Math.sqrt(DRAWS)),
        `${JSON.stringify(settings)}, n = ${n}: ${mean(covered)}`
      )
    }
  }
})

t.test("options up to 90 % of the model's own probability do not", async (t) => {
  const covered = draws((random) => {
    const { probabilities, right } = question(BOASTING, random)
    return membersOf(optionScores(probabilities, setSettings({ method: 'aps' }), 0), 0.9 + 0.05).includes(right)
  })
  t.ok(share(covered) < 0.85, `${share(covered)}`)
})

/** Two groups, of which one is far harder. */
const EASY: Population = { levels: 50, slope: 0.05 }
const HARD: Population = { levels: 50, slope: 0.6 }

function groups(random: () => number): readonly FitExample[] {
  const of = (population: Population, group: string, n: number) =>
    draw(population, n, random).map((one) => ({ ...one, group }))
  return [...of(EASY, 'easy', 300), ...of(HARD, 'hard', 400)]
}

const ask = {
  objective: { kind: 'selective_error', target: 0.15, level: 0.9 },
  actions: { below: 'accept', between: 'review', above: 'abstain' }
} as const

const thresholdOf = (part: Part | undefined) => (part === undefined ? null : (cutOf(part)?.accept.threshold ?? null))

t.test('with groups the promise holds in each, with one threshold for all it breaks in the hard one', async (t) => {
  const own = draws((random) => attempt(() => fitParts(groups(random), ask)) ?? [])
  for (const [name, population] of [
    ['easy', EASY],
    ['hard', HARD]
  ] as const) {
    const found = own.map((parts) => thresholdOf(parts.find(({ group }) => group === name)))
    const broken = share(found.map((one) => one !== null && trueError(population, one) > 0.15))
    t.ok(broken <= noisy(0.1, DRAWS), `${name}: broken in ${broken} of draws`)
    t.ok(share(found.map((one) => one !== null)) > 0.4, `${name}: not by never accepting`)
  }
  const pooled = draws((random) => {
    const examples = groups(random).map(({ uncertainty, loss }) => ({ uncertainty, loss }))
    return attempt(() => thresholdOf(fitParts(examples, ask)[0]))
  })
  t.ok(share(pooled.map((one) => one !== null && trueError(HARD, one) > 0.15)) > 0.5)
})

t.test('the error of a cascade holds at the promised level', async (t) => {
  const strong = 0.05
  for (const [what, population, n] of CASES) {
    const found = draws((random) => {
      const examples = draw(population, n, random).map((one) => ({ ...one, escalated: random() < strong ? 1 : 0 }))
      return attempt(() => cascadeError({ examples, target: 0.15, level: 0.9, above: 'escalate' }).threshold)
    })
    const error = (threshold: number) => {
      const kept = reached(population, threshold) / population.levels
      return kept * trueError(population, threshold) + (1 - kept) * strong
    }
    const broken = share(found.map((one) => one !== null && error(one) > 0.15))
    t.ok(broken <= noisy(0.1, DRAWS), `${what}: broken in ${broken} of draws`)
    if (n === 400) t.ok(share(found.map((one) => one !== null)) > 0.9, `${what}: not by refusing`)
  }
})

t.test('the bound of a cost holds at its level, the cost on the examples is exceeded in most draws', async (t) => {
  const costs = { wrong: 5, abstain: 1 }
  const cost = (population: Population, threshold: number) => {
    const kept = reached(population, threshold) / population.levels
    return 5 * kept * trueError(population, threshold) + (1 - kept)
  }
  const exceeded = (population: Population, n: number, method: 'bound' | 'empirical') =>
    draws((random) => {
      const examples = draw(population, n, random)
      const ask = { examples, target: Number.POSITIVE_INFINITY, settings: { costs, method }, above: 'abstain' } as const
      const fit = attempt(() => expectedCost({ ...ask, level: method === 'bound' ? 0.9 : null }))
      return fit !== null && cost(population, fit.threshold) > fit.bound!
    })
  for (const [what, population, n] of CASES) {
    t.ok(share(exceeded(population, n, 'bound')) <= noisy(0.1, DRAWS), what)
    t.ok(share(exceeded(population, n, 'empirical')) > 0.5, what)
  }
})

t.test('a tuned policy keeps its promise; one tuned and certified on the same examples does not', async (t) => {
  // Eight scores that say nothing, and an error of 0.155 at any threshold: whatever is certified at 0.15 is a mistake.
  const noise = (random: () => number) =>
    Array.from({ length: 200 }, () => ({ scores: Array.from({ length: 8 }, random), loss: random() < 0.155 ? 1 : 0 }))
  const fit = (rows: ReturnType<typeof noise>, scorer: number) =>
    attempt(() => {
      const examples = rows.map(({ scores, loss }) => ({ uncertainty: scores[scorer]!, loss }))
      const { threshold } = selectiveError({ examples, target: 0.15, level: 0.9 })
      return share(examples.map(({ uncertainty }) => uncertainty <= threshold))
    }) ?? 0
  const best = (rows: ReturnType<typeof noise>) =>
    Array.from({ length: 8 }, (_, scorer) => fit(rows, scorer)).reduce(
      (top, one, i, all) => (one > all[top]! ? i : top),
      0
    )
  const honest = draws((random) => {
    const rows = noise(random)
    const { tuning, rest } = splitPlaces(rows.length, 0.3, 0)
    const chosen = best(tuning.map((i) => rows[i]!))
    return (
      fit(
        rest.map((i) => rows[i]!),
        chosen
      ) > 0
    )
  })
  const naive = draws((random) => {
    const rows = noise(random)
    return fit(rows, best(rows)) > 0
  })
  t.ok(share(honest) <= noisy(0.1, DRAWS), `${share(honest)}`)
  t.ok(share(naive) > noisy(0.1, DRAWS), `${share(naive)}`)
})
