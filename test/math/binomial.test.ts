import fc from 'fast-check'
import t, { type Test } from 'tap'
import { binomialCdf, clopperPearsonUpper } from '../../src/math/binomial.js'

/** P(X ≤ k) for p = a / b in whole numbers, rounded once at the end. */
function rationalCdf(k: number, n: number, a: bigint, b: bigint): number {
  let choose = 1n
  let total = 0n
  for (let i = 0n; i <= BigInt(k); i++) {
    total += choose * a ** i * (b - a) ** (BigInt(n) - i)
    choose = (choose * (BigInt(n) - i)) / (i + 1n)
  }
  return ratio(total, b ** BigInt(n))
}

/** a / b of big whole numbers with all the digits of a double. */
function ratio(a: bigint, b: bigint): number {
  const shift = Math.max(0, b.toString(2).length - a.toString(2).length + 64)
  return Number((a << BigInt(shift)) / b) * 2 ** -shift
}

/** ln Γ(x) by Stirling's series after shifting x above 20. */
function logGamma(x: number): number {
  let shift = 0
  let y = x
  for (; y < 20; y++) shift += Math.log(y)
  const series = (1 / 12 - (1 / 360 - 1 / 1260 / y ** 2) / y ** 2) / y
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift
}

/** Regularised incomplete beta by its continued fraction (modified Lentz). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < 5000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    const change = d * c
    h *= change
    if (Math.abs(change - 1) < 1e-15) break
  }
  const front = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)
  return (Math.exp(front) * h) / a
}

const relative = (t: Test, actual: number, expected: number, tolerance: number, what: string) =>
  t.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${what}: ${actual} is near ${expected}`)

t.test('the distribution function agrees with sums of whole-number fractions', async (t) => {
  const cases = [
    [1, 1n, 2n],
    [7, 1n, 10n],
    [40, 1n, 10n],
    [60, 3n, 100n],
    [300, 1n, 20n],
    [300, 9n, 10n]
  ] as const
  for (const [n, a, b] of cases) {
    for (const k of [0, 1, Math.floor(n / 20), Math.floor(n / 3), n - 1]) {
      const actual = binomialCdf(k, n, Number(a) / Number(b))
      relative(t, actual, rationalCdf(k, n, a, b), 1e-12, `k ${k} of ${n} at ${a}/${b}`)
    }
  }
})

t.test('the distribution function agrees with the incomplete beta function for large n', async (t) => {
  const cases = [
    [900, 10_000, 0.1],
    [1000, 10_000, 0.1],
    [4700, 100_000, 0.05],
    [5100, 100_000, 0.05]
  ] as const
  for (const [k, n, p] of cases) {
    relative(t, binomialCdf(k, n, p), incompleteBeta(1 - p, n - k, k + 1), 1e-8, `k ${k} of ${n} at ${p}`)
  }
})

t.test('far tails stay positive and keep their digits', async (t) => {
  relative(t, binomialCdf(0, 1000, 0.5), 2 ** -1000, 1e-12, 'no success in a thousand fair draws')
  relative(t, binomialCdf(0, 100_000, 1e-7), Math.exp(1e5 * Math.log1p(-1e-7)), 1e-12, 'rare event')
  t.equal(binomialCdf(0, 100_000, 0.5), 0)
})

t.test('the ends of the range are exact', async (t) => {
  t.equal(binomialCdf(-1, 5, 0.3), 0)
  t.equal(binomialCdf(5, 5, 0.3), 1)
  t.equal(binomialCdf(0, 0, 0.3), 1)
  t.equal(binomialCdf(2, 5, 0), 1)
  t.equal(binomialCdf(2, 5, 1), 0)
})

t.test('the distribution function rises with k and falls with p', async () => {
  const trials = fc.integer({ min: 2, max: 5000 })
  const chance = fc.double({ min: 0.001, max: 0.99, noNaN: true })
  fc.assert(
    fc.property(trials, chance, fc.nat(), (n, p, draw) => {
      const k = draw % (n - 1)
      const here = binomialCdf(k, n, p)
      const rises = binomialCdf(k + 1, n, p) >= here - 1e-13
      return here >= 0 && here <= 1 && rises && binomialCdf(k, n, p + 0.005) <= here + 1e-13
    }),
    { seed: 7, numRuns: 300 }
  )
})

t.test('both tails add up to one', async (t) => {
  for (const [k, n, p] of [
    [3, 20, 0.2],
    [499, 1000, 0.5],
    [52, 1000, 0.05]
  ] as const) {
    t.ok(Math.abs(binomialCdf(k, n, p) + binomialCdf(n - k - 1, n, 1 - p) - 1) < 1e-13)
  }
})

t.test('the Clopper–Pearson bound reproduces fixture F22', async (t) => {
  t.ok(Math.abs(clopperPearsonUpper(2, 60, 0.1) - 0.086278) < 1e-6)
})

t.test('the Clopper–Pearson bound solves its equation by the rational sum', async (t) => {
  for (const [k, n, delta] of [
    [1, 40, 0.1],
    [2, 60, 0.1],
    [17, 200, 0.05]
  ] as const) {
    const bound = clopperPearsonUpper(k, n, delta)
    const parts = 10n ** 12n
    relative(t, rationalCdf(k, n, BigInt(Math.round(bound * 1e12)), parts), delta, 1e-9, `${k} of ${n}`)
  }
})

t.test('the Clopper–Pearson bound is closed at no error and one when all are errors', async (t) => {
  t.ok(Math.abs(clopperPearsonUpper(0, 22, 0.1) - (1 - 0.1 ** (1 / 22))) < 1e-15)
  t.equal(clopperPearsonUpper(5, 5, 0.1), 1)
  t.equal(clopperPearsonUpper(0, 0, 0.1), 1)
})
