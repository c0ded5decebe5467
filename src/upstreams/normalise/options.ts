/** Probabilities of options, read from the alternatives of an answer's first token. */
import type { OptionsRequest } from '../../engine/engine.js'
import { Unsupported } from '../../errors.js'
import type { RawToken } from '../contract.js'
import { MASS_TOLERANCE } from '../../evidence/contradiction.js'
import { NO_LOGPROBS } from './tokens.js'
import { toldLogprob } from './value.js'

/** Probability that was not told may be this share of what the options have, at most, to count as none. */
const LEAST_TOLD = 0.01

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

/** The first tokens of each option. */
const startsOf = (options: OptionsRequest['options'], listed: ReadonlyMap<string, number>) =>
  options.map((spellings) => new Set(spellings.flatMap((each) => firstTokenOf(each, listed) ?? [])))

/** Of two options that start with the same token it belongs to that which it spells out; else to neither. */
function ownedBy(
  option: number,
  text: string,
  starts: readonly ReadonlySet<string>[],
  options: OptionsRequest['options']
) {
  const sharers = starts.flatMap((texts, other) => (texts.has(text) ? [other] : []))
  const spelled = sharers.filter((other) => options[other]!.includes(text))
  return sharers.length === 1 || (spelled.length === 1 && spelled[0] === option)
}

/**
 * Mass of each option: that of the first tokens of its spellings, each counted once. Throws `Unsupported`:
 * `upstream_no_logprobs`, `invalid_logprob`, and `upstream_options_unseen` when an option may have a probability that
 * was not told and that would count beside the others.
 */
export function optionMasses({ options }: Pick<OptionsRequest, 'options'>, first: RawToken | null): readonly number[] {
  if (first === null) throw unread(NO_LOGPROBS.lack!.reason, NO_LOGPROBS.lack!.message)
  const listed = listedIn(first)
  const covered = sum(listed.values())
  if (covered > 1 + MASS_TOLERANCE) {
    const message = `Alternatives of one token have probabilities that add up to ${covered.toFixed(3)}.`
    throw unread('invalid_logprob', message)
  }
  const starts = startsOf(options, listed)
  const own = starts.map((texts, option) => [...texts].filter((text) => ownedBy(option, text, starts, options)))
  const massOf = (texts: Iterable<string>): number => sum([...texts].map((text) => listed.get(text) ?? 0))
  const masses = own.map(massOf)
  // What belongs to neither of two options may be all of the one's.
  const untold = 1 - covered + massOf(new Set(starts.flatMap((texts) => [...texts]))) - sum(masses)
  if (own.some((texts) => texts.length === 0) && untold > LEAST_TOLD * sum(masses)) {
    const message = 'An option is not among the alternatives that the upstream tells; its probability is not known.'
    throw unread('upstream_options_unseen', message)
  }
  return masses
}
