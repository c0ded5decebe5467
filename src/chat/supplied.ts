/** What a choice says, in the form of a supplied answer; log-probabilities after the rules for upstreams. */
import { QualmError } from '../errors.js'
import { readOutput } from '../evidence/supplied-output.js'
import { LIMITS, type SuppliedOutput } from '../schemas/score.js'
import type { Basis } from '../engine/engine.js'
import type { HeardChoice } from './contract.js'
import { isJson } from './incoming.js'

type Decoding = { readonly temperature?: number; readonly basis: Basis }
type ChatTokens = Extract<NonNullable<SuppliedOutput['logprobs']>, { content: unknown }>['content']

/** Servers say it of a token that is not among the listed: the value is only a bound. */
const CENSORED = -9999

const finiteOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise

const bytesOf = (entry: Readonly<Record<string, unknown>>) =>
  Array.isArray(entry['bytes']) ? { bytes: entry['bytes'] as number[] } : {}

function tokensOf(told: readonly unknown[]): ChatTokens {
  return told.filter(isJson).map((entry) => {
    const top = Array.isArray(entry['top_logprobs']) ? (entry['top_logprobs'] as readonly unknown[]) : []
    return {
      token: String(entry['token'] ?? ''),
      logprob: finiteOr(entry['logprob'], CENSORED),
      ...bytesOf(entry),
      top_logprobs: top
        .filter(isJson)
        .filter((one) => typeof one['logprob'] === 'number')
        .slice(0, LIMITS.topLogprobs)
        .map((one) => ({ token: String(one['token'] ?? ''), logprob: one['logprob'] as number, ...bytesOf(one) }))
    }
  })
}

/** A text that a filter cut is as little whole as one that a limit cut. */
const FINISHED: ReadonlyMap<string | null, 'stop' | 'length'> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['content_filter', 'length']
])

/** An answer or a sample, and what is wrong with its log-probabilities; null when nothing is. */
export interface Supplied {
  readonly output: SuppliedOutput
  readonly problem: string | null
}

/** `text` is that of the choice. Log-probabilities that cannot be are left out, and `problem` says so. */
export function suppliedFrom(choice: HeardChoice, text: string, decoding: Decoding): Supplied {
  const finish = FINISHED.get(choice.finishReason) ?? null
  const bare: SuppliedOutput = { text, finish_reason: finish, decoding: { ...decoding } }
  if (choice.logprobs === null) return { output: bare, problem: null }
  const output: SuppliedOutput = { ...bare, logprobs: { content: tokensOf(choice.logprobs) } }
  try {
    readOutput(output, '')
    return { output, problem: null }
  } catch (error) {
    if (!(error instanceof QualmError)) throw error
    return { output: bare, problem: error.message }
  }
}
