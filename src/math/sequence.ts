import type { Basis, FinishReason, Generation, ScoredAnswer, Token, Warning } from '../scorer.js'
import { clampLogprob, sum } from './logprob.js'

/** When the end token counts: `auto` when the text ended by itself, `always` whenever it is known, `never`. */
export type EndRule = 'auto' | 'always' | 'never'

/** The option that every token-level scorer offers; one token set serves all of them. */
export const END_OPTION = {
  type: 'string',
  enum: ['auto', 'always', 'never'],
  default: 'auto',
  description: 'Whether the end token counts: auto, when it is known and the text ended by itself.'
} as const

/** The tokens that a score is made of. `endIncluded` tells what was done about the end token. */
export interface CountedTokens<T extends Token = Token> {
  readonly tokens: readonly T[]
  readonly endIncluded: boolean
}

/** Applies `rule` to a generation's tokens; the result may be empty. */
export function countedTokens<T extends Token>(
  tokens: readonly T[],
  finishReason: FinishReason | null,
  rule: EndRule
): CountedTokens<T> {
  const wanted = rule === 'always' || (rule === 'auto' && finishReason === 'stop')
  const counted = wanted ? tokens : tokens.filter((token) => !token.end)
  return { tokens: counted, endIncluded: counted.some((token) => token.end) }
}

/** Log-probability of a whole text in nats, over the same tokens in sum and length. */
export interface SequenceLogprob {
  readonly sum: number
  readonly mean: number
  readonly tokens: number
}

/** Log-probability of tokens that were counted already; null when there are none. */
export function logprobOf(tokens: readonly Token[]): SequenceLogprob | null {
  if (tokens.length === 0) return null
  const total = sum(tokens.map((token) => clampLogprob(token.logprob)))
  return { sum: total, mean: total / tokens.length, tokens: tokens.length }
}

/** Log-probability of a sample under the `auto` rule; null when its tokens are unknown or none counts. */
export function sequenceLogprob(generation: Generation): SequenceLogprob | null {
  if (generation.tokens === null) return null
  return logprobOf(countedTokens(generation.tokens, generation.finishReason, 'auto').tokens)
}

/** −ln p of every sample, whole (`sum`) or per token (`mean`), in nats; null when there is none or one has no tokens. */
export function sampleNlls(samples: readonly Generation[], form: 'sum' | 'mean'): number[] | null {
  const known = samples.map(sequenceLogprob).filter((one) => one !== null)
  return known.length === 0 || known.length < samples.length ? null : known.map((one) => 0 - one[form])
}

const BASIS_WARNINGS: Readonly<Record<Basis, readonly Warning[]>> = {
  pre_sampling: [],
  post_sampling: [
    {
      code: 'basis_post_sampling',
      message: 'The log-probabilities were read after temperature and truncation, so the value is too certain.'
    }
  ],
  unknown: [
    {
      code: 'basis_unknown',
      message: 'It is not known whether the log-probabilities were read before or after temperature and truncation.'
    }
  ]
}

/** What a reader must know of log-probabilities that entered a score. */
function logprobWarnings(bases: ReadonlySet<Basis>, tokens: readonly Token[]): Warning[] {
  const warnings = [...bases].flatMap((basis) => BASIS_WARNINGS[basis])
  if (tokens.some((token) => token.censored)) {
    warnings.push({ code: 'censored_logprob', message: 'Some log-probabilities are only bounds, so the value is too.' })
  }
  if (tokens.length > 0 && tokens.every((token) => token.logprob === 0)) {
    warnings.push({
      code: 'degenerate_logprobs',
      message: 'Every log-probability is exactly 0: the server probably reports them after sampling.'
    })
  }
  return warnings
}

const TRUNCATED: Warning = {
  code: 'truncated',
  message: 'The answer was cut: the score covers a prefix of it, and a sum is a lower bound.'
}

/** Warnings of a score over `tokens` of the answer. */
export function tokenWarnings(answer: ScoredAnswer, tokens: readonly Token[]): Warning[] {
  return [...(answer.finishReason === 'length' ? [TRUNCATED] : []), ...logprobWarnings(new Set([answer.basis]), tokens)]
}

/** Warnings of a score over the samples' log-probabilities. */
export function sampleTokenWarnings(samples: readonly Generation[]): Warning[] {
  return logprobWarnings(
    new Set(samples.map(({ basis }) => basis)),
    samples.flatMap(({ tokens }) => tokens ?? [])
  )
}

/** Warning of a score over samples some of which were cut at their token limit. */
export function truncatedSamples(samples: readonly Generation[]): Warning[] {
  const cut = samples.filter(({ finishReason }) => finishReason === 'length').length
  return cut === 0 ? [] : [{ code: 'truncated_samples', message: `${cut} of ${samples.length} samples were cut.` }]
}
