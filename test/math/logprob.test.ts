import t from 'tap'
import { clampLogprob, logSumExp, mean, standardError, sum } from '../../src/math/logprob.js'

t.test('the log of a sum of exponentials survives values that overflow or underflow alone', async (t) => {
  t.match(logSumExp([1000, 1000]).toFixed(9), (1000 + Math.log(2)).toFixed(9))
  t.match(logSumExp([-1000, -1000]).toFixed(9), (-1000 + Math.log(2)).toFixed(9))
})

t.test('nothing, and nothing but zero probabilities, sum to zero probability', async (t) => {
  t.equal(logSumExp([]), -Infinity)
  t.equal(logSumExp([-Infinity, -Infinity]), -Infinity)
  t.equal(logSumExp([-Infinity, -1]), -1)
})

t.test('log-probabilities are clamped to [-100, 0], unknown ones to the floor', async (t) => {
  t.same([-9999, -Infinity, NaN, 1e-5, -3].map(clampLogprob), [-100, -100, -100, 0, -3])
})

t.test('the standard error uses the sample variance and needs two values', async (t) => {
  // variance of 1, 2, 3, 4 around 2.5 is 5/3; divided by 4, rooted: 0.645497
  t.equal(standardError([1, 2, 3, 4])?.toFixed(6), '0.645497')
  t.equal(standardError([1]), null)
})

t.test('an empty sum is zero and an empty mean is not a number', async (t) => {
  t.equal(sum([]), 0)
  t.ok(Number.isNaN(mean([])))
})
