import t from 'tap'
import { digamma, entropyPosterior, trigamma } from '../../src/math/adaptive-posterior.js'
import { millerMadow, coverage } from '../../src/math/entropy.js'

const close = (actual: number, expected: number, tolerance = 1e-6): boolean => Math.abs(actual - expected) < tolerance

t.test('fixture F32: the entropy behind counts of 3, 1 and 1', async (t) => {
  const { mean, sd } = entropyPosterior([3, 1, 1])
  t.ok(close(mean, 0.92619), String(mean))
  t.ok(close(sd ** 2, 0.019241) && close(sd, 0.138712), String(sd))
  t.ok(close(millerMadow([3, 1, 1]), 1.150271))
  t.ok(close(coverage([3, 1, 1]), 0.6))
})

t.test('digamma and trigamma have their known values', async (t) => {
  const euler = 0.5772156649015329
  t.ok(close(digamma(1), -euler, 1e-12))
  t.ok(close(digamma(0.5), -euler - 2 * Math.LN2, 1e-12))
  t.ok(close(digamma(20) - digamma(19), 1 / 19, 1e-12))
  t.ok(close(trigamma(1), Math.PI ** 2 / 6, 1e-12))
  t.ok(close(trigamma(0.5), Math.PI ** 2 / 2, 1e-12))
  t.ok(close(trigamma(19) - trigamma(20), 1 / 361, 1e-12))
})

t.test('one class has no entropy, and no doubt about it', async (t) => {
  const { mean, sd } = entropyPosterior([5])
  t.ok(close(mean, 0, 1e-12) && close(sd, 0, 1e-6))
})

t.test('nothing seen of two classes leaves the entropy of a uniform share', async (t) => {
  // ∫ h(p) dp = ½ for p uniform on [0, 1].
  t.ok(close(entropyPosterior([0, 0]).mean, 0.5, 1e-12))
})

t.test('more samples of the same shares narrow the posterior', async (t) => {
  const few = entropyPosterior([3, 1])
  const many = entropyPosterior([300, 100])
  t.ok(many.sd < few.sd / 5)
  t.ok(close(many.mean, -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 5e-3))
})
