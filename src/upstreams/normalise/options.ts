/** Probabilities of options, read from the alternatives of an answer's first token. */
import type { OptionsRequest } from '../../engine/engine.js'
import { Unsupported } from '../../errors.js'
import type { RawToken } from '../contract.js'
import { MASS_TOLERANCE, NO_LOGPROBS } from './tokens.js'
import { toldLogprob } from './value.js'

/** Least probability that the listed alternatives must cover for the others to count as none. */
const COVERED = 0.999

/** Probability by text: the token itself and its alternatives. */
function listedIn({ text, logprob, top = [] }: RawToken): ReadonlyMap<string, number> {
  const values = [...top, { text, logprob }].flatMap((each) => {
    const value = toldLogprob(each.logprob)
    return value === null || each.text.trim() === '' ? [] : [[each.text, Math.exp(value)] as const]
  })
  return new Map(values)
}

/** The listed text that a spelling starts with: the longest, since tokenizers prefer it. Undefined: none is listed. */
function firstTokenOf(spelling: string, listed: ReadonlyMap<string, number>): string | undefined {
  const starts = [...listed.keys()].filter((text) => spelling.startsWith(text))
  return starts.toSorted((a, b) => b.length - a.length)[0]
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

const unread = (reason: string, message: string): Unsupported => new Unsupported(reason, message)

/**
 * Mass of each option: that of the first tokens of its spellings, each counted once; a token that starts two options
 * belongs to neither. Throws `Unsupported`: `upstream_no_logprobs`, `invalid_logprob`, and `upstream_options_unseen`
 * when an option may have a probability that was not told.
 */
export function optionMasses({ options }: Pick<OptionsRequest, 'options'>, first: RawToken | null): readonly number[] {
  if (first === null) throw unread(NO_LOGPROBS.lack!.reason, NO_LOGPROBS.lack!.message)
  const listed = listedIn(first)
  const covered = sum(listed.values())
  if (covered > 1 + MASS_TOLERANCE) {
    throw unread(
      'invalid_logprob',
      `Alternatives of one token have probabilities that add up to ${covered.toFixed(3)}.`
    )
  }
  const starts = options.map((spellings) => new Set(spellings.map((each) => firstTokenOf(each, listed) ?? '')))
  const own = starts.map((texts, option) =>
    [...texts].filter((text) => text !== '' && !starts.some((others, other) => other !== option && others.has(text)))
  )
  if (covered < COVERED && own.some((texts) => texts.length === 0)) {
    const message = 'An option is not among the alternatives that the upstream tells; its probability is not known.'
    throw unread('upstream_options_unseen', message)
  }
  return own.map((texts) => sum(texts.map((text) => listed.get(text) ?? 0)))
}
