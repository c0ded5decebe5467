import fc from 'fast-check'
import t from 'tap'
import { nonconformity, predictionSet, SET_METHODS, type SetSettings } from '../../src/math/prediction-sets.js'
import { near } from '../fixtures/near.js'

const P = [0.55, 0.25, 0.12, 0.08]
const CALIBRATION = [0.05, 0.1, 0.12, 0.2, 0.22, 0.3, 0.35, 0.4, 0.55, 0.8]

const scores = (settings: SetSettings, expected: readonly number[]): void =>
  nonconformity(P, settings).forEach((score, i) => near(t, score, expected[i]!, settings.method, 1e-12))

t.test('fixture F21: scores of LAC, APS and RAPS', async () => {
  scores({ method: 'lac' }, [0.45, 0.75, 0.88, 0.92])
  scores({ method: 'aps' }, [0.55, 0.8, 0.92, 1])
  scores({ method: 'aps', u: 0.5 }, [0.275, 0.675, 0.86, 0.96])
  scores({ method: 'raps', lambda: 0.1, kReg: 1 }, [0.55, 0.9, 1.12, 1.3])
})

t.test('fixture F21: sets at the exact order statistic', async (t) => {
  const lac = nonconformity(P, { method: 'lac' })
  t.same(predictionSet(lac, CALIBRATION, 0.2), { options: [0], quantile: 0.55 })
  t.same(predictionSet(lac, CALIBRATION, 0.1), { options: [0, 1], quantile: 0.8 })
  t.same(predictionSet(nonconformity(P, { method: 'aps' }), Array(9).fill(0.85), 0.1).options, [0, 1])
})

t.test('too few calibration questions for alpha give the set of all options', async (t) => {
  t.same(predictionSet(nonconformity(P, { method: 'aps' }), [0.5], 0.1), { options: [0, 1, 2, 3], quantile: Infinity })
})

t.test('options are scored in the order of their probabilities, not of the request', async (t) => {
  const shuffled = nonconformity([0.12, 0.55, 0.08, 0.25], { method: 'aps' })
  ;[0.92, 0.55, 1, 0.8].forEach((score, i) => near(t, shuffled[i]!, score, `option ${i}`, 1e-12))
})

const distribution = fc
  .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 })
  .map((values) => values.map((value) => value / values.reduce((a, b) => a + b)))

t.test('with one u per question every set is a beginning of the ranking', async () => {
  const calibration = fc.array(fc.double({ min: 0, max: 1.1, noNaN: true }), { minLength: 10, maxLength: 30 })
  const u = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(distribution, calibration, u, fc.constantFrom(...SET_METHODS), (p, known, drawn, method) => {
      const inside = predictionSet(nonconformity(p, { method, u: drawn }), known, 0.2).options
      const outside = p.filter((_, i) => !inside.includes(i))
      return inside.every((option) => outside.every((other) => p[option]! >= other))
    })
  )
})

/** A linear congruential generator: the same draws on every machine. */
function* draws(): Generator<number, never> {
  for (let state = 1; ;) yield (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

t.test('sets hold the right option as often as promised', async (t) => {
  const source = draws()
  const next = (): number => source.next().value
  const question = (): { readonly p: readonly number[]; readonly right: number } => {
    const raw = [next(), next(), next(), next()].map((value) => value ** 3)
    const total = raw.reduce((a, b) => a + b)
    const p = raw.map((value) => value / total)
    let left = next()
    const right = p.findIndex((value) => (left -= value) < 0)
    return { p, right: Math.max(0, right) }
  }
  for (const method of SET_METHODS) {
    const score = (p: readonly number[]): readonly number[] => nonconformity(p, { method, u: next() })
    const calibration = Array.from({ length: 2000 }, () => question()).map(({ p, right }) => score(p)[right]!)
    const fresh = Array.from({ length: 4000 }, () => question())
    const held = fresh.filter(({ p, right }) => predictionSet(score(p), calibration, 0.2).options.includes(right))
    near(t, held.length / fresh.length, 0.8, `${method} coverage`, 0.03)
  }
})

t.test('margin scores are half of one less the lead over the best other option', async () => {
  scores({ method: 'margin' }, [0.35, 0.65, 0.715, 0.735])
})
