import t, { type Test } from 'tap'
import { drawDirichlet } from '../../../src/math/judges/dirichlet.js'
import { TruthSummary, type TruthPosterior } from '../../../src/math/judges/posterior.js'
import { drawTruth, volumeOf, type JudgedAnswer, type TruthInput } from '../../../src/math/judges/truth-model.js'
import { seededRandom } from '../../../src/math/random.js'
import { near as nearly } from '../../fixtures/near.js'

const near = (t: Test, found: number, wanted: number, tolerance = 1e-9): void =>
  nearly(t, found, wanted, 'value', tolerance)

const answer = (verdicts: (number | null)[], gold: number | null = null, candidate = 0): JudgedAnswer => ({
  candidate,
  gold,
  verdicts,
  count: 1
})

function posterior(answers: readonly JudgedAnswer[], changes: Partial<TruthInput> = {}, draws = 4000): TruthPosterior {
  const judges = answers[0]!.verdicts.length
  const summary = new TruthSummary()
  const input = { levels: 2, judges, candidates: 1, answers, ...changes }
  let drawn = 0
  for (const draw of drawTruth(input, { trust: 0, draws, seed: 7 })) {
    if (drawn++ >= 500) summary.add(draw)
  }
  return summary.summary()
}

t.test('a Dirichlet has the mean and the variance of its weights', async (t) => {
  const random = seededRandom(1)
  const draws = Array.from({ length: 20_000 }, () => drawDirichlet([1, 2, 5], random))
  const mean = (k: number) => draws.reduce((sum, each) => sum + each[k]!, 0) / draws.length
  ;[1 / 8, 2 / 8, 5 / 8].forEach((expected, k) => near(t, mean(k), expected, 0.005))
  const variance = draws.reduce((sum, each) => sum + (each[2]! - 0.625) ** 2, 0) / draws.length
  near(t, variance, (0.625 * 0.375) / 9, 0.001)
})

t.test('with gold for all, the share is the Beta of the labels, whatever the judge says', async (t) => {
  const answers = [...new Array(30).fill(answer([0], 1)), ...new Array(10).fill(answer([1], 0))]
  const [candidate] = posterior(answers).candidates
  near(t, candidate!.quality.mean, 31 / 42, 0.005)
  near(t, candidate!.quality.low, 0.597, 0.015)
  near(t, candidate!.quality.high, 0.858, 0.015)
})

/** Mean of the share for one judge of two levels by quadrature: sensitivity ≥ false alarms, all uniform. */
function byQuadrature(yes: number, no: number, cells = 60): number {
  let mass = 0
  let moment = 0
  for (let a = 0; a < cells; a++) {
    for (let b = 0; b <= a; b++) {
      for (let c = 0; c < cells; c++) {
        const [hit, alarm, share] = [(a + 0.5) / cells, (b + 0.5) / cells, (c + 0.5) / cells]
        const said = share * hit + (1 - share) * alarm
        const weight = (a === b ? 0.5 : 1) * said ** yes * (1 - said) ** no
        mass += weight
        moment += weight * share
      }
    }
  }
  return moment / mass
}

t.test('without gold, one judge leaves the share to the prior: the sampler agrees with quadrature', async (t) => {
  const answers = [...new Array(14).fill(answer([1])), ...new Array(6).fill(answer([0]))]
  const [candidate] = posterior(answers, {}, 30_000).candidates
  near(t, candidate!.quality.mean, byQuadrature(14, 6), 0.02)
  t.ok(candidate!.quality.high - candidate!.quality.low > 0.6)
})

/** Verdicts of judges with the same sensitivity and specificity on answers of which `share` are good. */
function simulated(n: number, share: number, skills: readonly (readonly [number, number])[], gold = 0): JudgedAnswer[] {
  const random = seededRandom(11)
  return Array.from({ length: n }, (_, i) => {
    const truth = random() < share ? 1 : 0
    const verdicts = skills.map(([hit, rejects]) => (random() < (truth === 1 ? hit : 1 - rejects) ? 1 : 0))
    return answer(verdicts, i < gold ? truth : null)
  })
}

t.test('three independent judges give away the share and who judges well', async (t) => {
  const skills = [
    [0.9, 0.8],
    [0.75, 0.9],
    [0.6, 0.6]
  ] as const
  const { candidates, judges, splitRhat } = posterior(simulated(600, 0.7, skills))
  const { low, high } = candidates[0]!.quality
  t.ok(low < 0.7 && 0.7 < high && high - low < 0.35, `${low} … ${high}`)
  skills.forEach(([hit, rejects], j) => {
    const { volume } = judges[j]!
    t.ok(volume.low < hit + rejects - 1 && hit + rejects - 1 < volume.high, `judge ${j}: ${JSON.stringify(volume)}`)
  })
  t.ok(splitRhat < 1.1, `${splitRhat}`)
})

t.test('gold labels correct a judge that says yes too often', async (t) => {
  const answers = simulated(400, 0.4, [[0.95, 0.5]], 100)
  const said = answers.filter(({ verdicts }) => verdicts[0] === 1).length / answers.length
  t.ok(said > 0.6)
  const { low, high } = posterior(answers).candidates[0]!.quality
  t.ok(low < 0.4 && 0.4 < high && high < said, `${low} … ${high}`)
})

t.test('candidates are ranked, and three levels have an expected level', async (t) => {
  const answers = [
    ...new Array(20).fill(answer([2], 2, 0)),
    ...new Array(20).fill(answer([1], 1, 1)),
    ...new Array(20).fill(answer([0], 0, 1))
  ]
  const { candidates } = posterior(answers, { levels: 3, candidates: 2 })
  t.ok(candidates[0]!.best > 0.99)
  t.same(candidates[1]!.rank, { mean: 2, low: 2, high: 2 })
  near(t, candidates[1]!.quality.mean, (21 * 0.5 + 1) / 43, 0.01)
})

t.test('an answer with gold is what it is; equal seeds draw equally', async (t) => {
  const answers = [answer([1, 0], 1), answer([1, null]), answer([null, null])]
  const first = posterior(answers)
  t.same(first.truth[0], [0, 1])
  t.ok(first.truth[1]![1]! > first.truth[2]![1]!)
  t.same(posterior(answers), first)
})

t.test('the volume of a judge is 1 for a perfect one, 0 for one that does not look', async (t) => {
  near(
    t,
    volumeOf([
      [1, 0],
      [0, 1]
    ]),
    1
  )
  near(
    t,
    volumeOf([
      [0.7, 0.3],
      [0.1, 0.9]
    ]),
    0.6
  )
  near(
    t,
    volumeOf([
      [0.2, 0.8],
      [0.2, 0.8]
    ]),
    0
  )
  near(
    t,
    volumeOf([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1]
    ]),
    -1
  )
  near(
    t,
    volumeOf([
      [0.8, 0.1, 0.1],
      [0.2, 0.6, 0.2],
      [0, 0.5, 0.5]
    ]),
    0.16
  )
})

t.test('answers that are alike may be given as one', async (t) => {
  const apart = posterior([...new Array(30).fill(answer([1, 1])), ...new Array(10).fill(answer([0, 1], 0))])
  const together = posterior([
    { ...answer([1, 1]), count: 30 },
    { ...answer([0, 1], 0), count: 10 }
  ])
  t.same(together.candidates, apart.candidates)
  t.same(together.judges, apart.judges)
})
