import { join } from 'node:path'
import t from 'tap'
import type { Distribution, GeneratedToken } from '../../../src/engine/engine.js'
import { distributionOf } from '../../../src/engine/language/distribution.js'
import { near } from '../../fixtures/near.js'
import { Random } from '../../fixtures/onnx/random.js'
import { writeTinyModel } from '../../fixtures/tiny-models.js'
import { asking, firstRun, GREEDY, openEmbedded, openFolder, openTiny, sampled } from './under-test.js'

const root = t.testdir()
const EXPONENTS = [
  ['quarter', 0.25],
  ['half', 0.5],
  ['threeQuarters', 0.75],
  ['threeHalves', 1.5],
  ['square', 2],
  ['cube', 3]
] as const

const logs = (probabilities: readonly number[]): Float32Array => Float32Array.from(probabilities, Math.log)

/** ln p in float64, brought to a sum of 1. */
function exact(row: Float32Array): number[] {
  const finite = [...row].filter((logprob) => Number.isFinite(logprob))
  const logSum = Math.log(finite.reduce((sum, logprob) => sum + Math.exp(logprob), 0))
  return finite.map((logprob) => logprob - logSum)
}

/** The same statistics as plain sums. */
function direct(row: Float32Array): Omit<Distribution, 'boosted'> {
  const logprobs = exact(row)
  const sum = (of: (logprob: number) => number): number => logprobs.reduce((total, logprob) => total + of(logprob), 0)
  const entropy = -sum((logprob) => Math.exp(logprob) * logprob)
  const powers = EXPONENTS.map(([name, e]) => [name, Math.log(sum((logprob) => Math.exp(e * logprob)))])
  const [first, second = null] = logprobs.toSorted((a, b) => b - a)
  return {
    vocabulary: logprobs.length,
    entropy,
    varentropy: sum((logprob) => Math.exp(logprob) * logprob ** 2) - entropy ** 2,
    meanLogprob: sum((logprob) => logprob) / logprobs.length,
    logPowerSums: Object.fromEntries(powers) as Distribution['logPowerSums'],
    first: first!,
    second
  }
}

/** Every number of a distribution in one list. */
function numbers({ logPowerSums, ...rest }: Omit<Distribution, 'boosted'>): number[] {
  const { vocabulary, entropy, varentropy, meanLogprob, first, second } = rest
  const powers = EXPONENTS.map(([name]) => logPowerSums[name])
  return [vocabulary, entropy, varentropy, meanLogprob, first, second ?? 1, ...powers]
}

function largestGap(a: Omit<Distribution, 'boosted'>, b: Omit<Distribution, 'boosted'>): number {
  const other = numbers(b)
  return Math.max(...numbers(a).map((value, at) => Math.abs(value - other[at]!)))
}

t.test('the statistics are the direct sums, for flat, peaked and extreme rows', async (t) => {
  const random = new Random(5)
  const extreme = Float32Array.from({ length: 300 }, (_, at) => (at === 7 ? -1e-6 : -14 - (at % 90)))
  for (const row of [0.01, 1, 6].map((scale) => random.normals(5000, scale)).concat(extreme)) {
    const logprobs = Float32Array.from(exact(row))
    t.ok(largestGap(distributionOf(logprobs, 0), direct(logprobs)) < 1e-9)
  }
})

t.test('a uniform row has the entropy and the power sums of a uniform row', async (t) => {
  const { entropy, varentropy, meanLogprob, logPowerSums } = distributionOf(logs(new Array(8).fill(1 / 8)), 0)
  near(t, entropy, Math.log(8), 'entropy')
  near(t, varentropy, 0, 'varentropy')
  near(t, meanLogprob, -Math.log(8), 'mean')
  for (const [name, e] of EXPONENTS) near(t, logPowerSums[name], (1 - e) * Math.log(8), name)
})

t.test('float32 rounding of the whole row does not enter', async (t) => {
  const row = logs([0.7, 0.2, 0.1])
  const shifted = row.map((logprob) => logprob + 1e-3)
  t.ok(largestGap(distributionOf(row, 1), distributionOf(shifted, 1)) < 1e-6)
})

t.test('entries of minus infinity are no part of the vocabulary', async (t) => {
  const padded = Float32Array.of(...logs([0.7, 0.3]), -Infinity, -Infinity)
  t.strictSame(distributionOf(padded, 0), distributionOf(logs([0.7, 0.3]), 0))
  t.equal(distributionOf(padded, 0).vocabulary, 2)
})

t.test('a single entry is certain and has no second', async (t) => {
  t.match(distributionOf(logs([1]), 0), { entropy: 0, varentropy: 0, first: 0, second: null, boosted: 1 })
})

t.test('fixture F7: the dominant set ends at the last large drop', async (t) => {
  const four = logs([0.45, 0.4, 0.08, 0.07])
  near(t, distributionOf(four, 1).boosted, 0.85, 'second of {1, 2}')
  near(t, distributionOf(four, 2).boosted, 0.08, 'third, outside')
  const five = logs([0.45, 0.4, 0.08, 0.05, 0.02])
  for (const emitted of [1, 2]) near(t, distributionOf(five, emitted).boosted, 0.98, 'inside {1, 2, 3, 4}')
})

t.test('without a large drop the boosted mass is the own probability', async (t) => {
  near(t, distributionOf(logs([0.3, 0.25, 0.23, 0.22]), 2).boosted, 0.23, 'no drop')
})

t.test('a long tail below the least drop does not hide the drop before it', async (t) => {
  const tail = new Array<number>(3000).fill(0.1 / 3000)
  near(t, distributionOf(logs([...tail, 0.6, 0.3]), 3001).boosted, 0.9, 'both large entries')
})

function undescribed({ id, text, logprob, entropy, top, end }: GeneratedToken): GeneratedToken {
  return { id, text, logprob, entropy, top, end }
}

const described = (tokens: readonly GeneratedToken[]): Distribution[] => tokens.map((token) => token.distribution!)

for (const style of ['gqa', 'concat'] as const) {
  t.test(
    `${style}: greedy rows carry statistics that agree with the entropy of the run, and other rows none`,
    async (t) => {
      const model = await openTiny(t, root, style)
      const request = { rows: [sampled(1), GREEDY, sampled(1, { topP: 0.9 })], maxTokens: 12, topCount: 2, seed: 3 }
      const { rows } = await model.generate({ ...request, distributions: true })
      for (const { entropy, logprob, top, distribution } of rows[1]!.tokens) {
        near(t, distribution!.entropy, entropy, 'entropy', 1e-4)
        near(t, distribution!.first, logprob, 'the emitted token is the first', 1e-5)
        near(t, distribution!.second!, top[1]!.logprob, 'second', 1e-5)
      }
      t.notOk([...rows[0]!.tokens, ...rows[2]!.tokens].some((token) => 'distribution' in token))
      const plain = await model.generate(request)
      const without = rows.map((row) => ({ ...row, tokens: row.tokens.map(undescribed) }))
      t.strictSame(without, plain.rows, 'asking for statistics changes no token')
    }
  )

  t.test(`${style}: neighbours do not change the statistics`, async (t) => {
    const model = await openTiny(t, root, style)
    const ask = () => model.generate({ distributions: true, maxTokens: 10 })
    const alone = described((await ask()).rows[0]!.tokens)
    const [together] = await Promise.all([
      ask(),
      model.generate({ messages: asking('Why?'), rows: [sampled(1), sampled(2)], maxTokens: 20, ignoreEnd: true }),
      model.score({ text: 'the answer is on and in', distributions: true })
    ])
    t.strictSame(described(together.rows[0]!.tokens), alone)
  })
}

t.test('both decoders give the same statistics', async (t) => {
  await writeTinyModel(join(root, 'gqa'), 'gqa')
  const decoders = await Promise.all([openFolder(t, join(root, 'gqa')), openFolder(t, join(root, 'gqa'), false)])
  t.same(
    decoders.map(({ fallback }) => fallback === null),
    [true, false]
  )
  const ids = [5, 9, 17, 33, 40]
  const [edited, plain] = await Promise.all(
    decoders.map(async (decoder) => {
      const run = firstRun(decoder, ids)
      const { fullLogprobs } = await decoder.run({ ...run, wanted: { ...run.wanted, full: [0, 2, 4] } })
      const { vocabulary } = decoder.shape
      return [0, 1, 2].map((at) => distributionOf(fullLogprobs.subarray(at * vocabulary, (at + 1) * vocabulary), 3))
    })
  )
  edited!.forEach((one, at) => t.ok(largestGap(one, plain![at]!) < 1e-4))
})

t.test('a scored text carries the statistics at every position, over several chunks too', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const text = 'the answer is and in, not on. '.repeat(10)
  const { tokens } = await model.score({ messages: null, text, includeEnd: false, distributions: true })
  t.ok(tokens.length > 130)
  for (const { entropy, distribution } of tokens) {
    if (Math.abs(distribution!.entropy - entropy) > 1e-4) t.fail(`${distribution!.entropy} is not ${entropy}`)
  }
  const plain = await model.score({ messages: null, text, includeEnd: false })
  t.strictSame(tokens.map(undescribed), plain.tokens)
})

t.test('given tokens are scored as they are, whatever their text encodes to', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const asText = await model.score({ text: 'the answer', includeEnd: true })
  const ids = asText.tokens.map(({ id }) => id)
  t.strictSame((await model.score({ text: 'ignored', ids, includeEnd: false })).tokens, asText.tokens)
  const reversed = ids.slice(0, -1).toReversed()
  const { tokens } = await model.score({ text: '', ids: reversed, includeEnd: false })
  t.strictSame(
    tokens.map(({ id }) => id),
    reversed
  )
})

t.test('the embedded model: the pass agrees with the entropy of the graph, and reading with writing', async (t) => {
  const model = await openEmbedded(t)
  const messages = asking('What is the capital of France?')
  const { rows } = await model.generate({ messages, maxTokens: 24, distributions: true })
  const { tokens } = rows[0]!
  for (const token of tokens) near(t, token.distribution!.entropy, token.entropy, 'entropy', 1e-4)
  const ids = tokens.map(({ id }) => id)
  const read = await model.score({ messages, text: '', ids, includeEnd: false, distributions: true })
  t.strictSame(
    read.tokens.map(({ id, text, end }) => ({ id, text, end })),
    tokens.map(({ id, text, end }) => ({ id, text, end }))
  )
  const gaps = read.tokens.map(({ logprob }, at) => Math.abs(logprob - tokens[at]!.logprob))
  t.ok(Math.max(...gaps) < 0.5, `${String(Math.max(...gaps))} nats: the two kernels round int8 activations apart`)
})
