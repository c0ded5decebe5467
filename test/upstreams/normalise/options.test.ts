/** Probabilities of options from the alternatives of one token. */
import t from 'tap'
import { Unsupported } from '../../../src/errors.js'
import type { RawToken } from '../../../src/upstreams/contract.js'
import { optionMasses } from '../../../src/upstreams/normalise/options.js'

const options = [
  ['A', ' A'],
  ['B', ' B']
]

/** A first token: the first of the pairs was written. */
function first(...pairs: readonly (readonly [string, number])[]): RawToken {
  const top = pairs.map(([text, p]) => ({ text, logprob: Math.log(p) }))
  return { ...top[0]!, top }
}

function reasonOf(asked: readonly (readonly string[])[], token: RawToken | null): unknown {
  try {
    return optionMasses({ options: asked }, token)
  } catch (error) {
    return error instanceof Unsupported ? error.reason : error
  }
}

const round = (masses: readonly number[]) => masses.map((mass) => Number(mass.toFixed(9)))

t.test('an option has the mass of all its spellings', async (t) => {
  const told = first(['A', 0.5], [' A', 0.2], ['B', 0.1], ['The', 0.1])
  t.same(round(optionMasses({ options }, told)), [0.7, 0.1])
})

t.test('the token that was written counts though it is not among the alternatives', async (t) => {
  const told = { text: 'A', logprob: Math.log(0.5), top: [{ text: 'B', logprob: Math.log(0.4) }] }
  t.same(round(optionMasses({ options }, told)), [0.5, 0.4])
})

t.test('the longest listed start of a spelling is its first token', async (t) => {
  const told = first(['Yes', 0.6], ['Y', 0.1], ['N', 0.2], ['Maybe', 0.1])
  t.same(round(optionMasses({ options: [['Yes'], ['No']] }, told)), [0.6, 0.2])
})

t.test('a token that starts two options belongs to neither', async (t) => {
  t.equal(reasonOf([['North'], ['Norway']], first(['Nor', 0.9], ['X', 0.05])), 'upstream_options_unseen')
  t.equal(reasonOf(options, first([' ', 0.6], ['A', 0.3])), 'upstream_options_unseen')
})

t.test('of two options that start alike a token is that which it spells out', async (t) => {
  const told = first(['No', 0.9], ['None', 0.06], ['Yes', 0.04])
  t.same(round(optionMasses({ options: [['Yes'], ['No'], ['None']] }, told)), [0.04, 0.9, 0.06])
  t.equal(reasonOf([['Yes'], ['No'], ['None']], first(['No', 0.9], ['Yes', 0.05])), 'upstream_options_unseen')
})

t.test('an option that was not told is unknown, unless what was told is nearly all', async (t) => {
  t.equal(reasonOf(options, first(['A', 0.9], ['The', 0.05])), 'upstream_options_unseen')
  t.same(round(optionMasses({ options }, first(['A', 0.9995]))), [0.9995, 0])
  t.equal(reasonOf(options, first(['(', 0.9985], ['A', 0.0008])), 'upstream_options_unseen')
})

t.test('rounding above zero is certainty; more than one is no distribution; nothing is nothing', async (t) => {
  t.same(optionMasses({ options }, { text: 'A', logprob: 1e-7 }), [1, 0])
  t.equal(reasonOf(options, first(['A', 1], ['B', 1])), 'invalid_logprob')
  t.equal(reasonOf(options, null), 'upstream_no_logprobs')
})
