import Type, { type Static } from 'typebox'
import type { Basis } from '../engine/engine.js'
import type { Capabilities } from '../upstreams/contract.js'
import { DIALECTS, type DialectName } from '../upstreams/settings.js'

const orNull = <T>(type: string, description: string, more: object = {}) =>
  Type.Unsafe<T | null>({ type: [type, 'null'], ...more, description })
const BASES: readonly Basis[] = ['pre_sampling', 'post_sampling', 'unknown']

/** What an upstream can do, as found out by asking it. */
export const ModelProbe = Type.Object(
  {
    dialect: orNull<DialectName>('string', 'What server it is.', { enum: [...DIALECTS, null] }),
    logprobs: orNull<boolean>('boolean', 'Whether it tells log-probabilities.'),
    top_logprobs: orNull<number>('integer', 'Alternatives per token that it told, at most.'),
    n: orNull<boolean>('boolean', 'Whether one call gives several choices.'),
    seed: orNull<boolean>('boolean', 'Whether the same seed gives the same text, and another seed another one.'),
    basis: Type.Unsafe<Basis>({ type: 'string', enum: BASES, description: 'What its log-probabilities are of.' }),
    forcing: orNull<boolean>('boolean', 'Whether it tells the log-probabilities of a given text.'),
    probed_at: orNull<string>('string', 'When it was asked.', { format: 'date-time' }),
    problem: orNull<string>('string', 'Why it could not be asked, or why calls fail.')
  },
  { additionalProperties: false, description: 'Only of upstreams that were asked; null is what was not found out.' }
)
export type ModelProbe = Static<typeof ModelProbe>

/** What is known of an upstream: `Probed` without its alias. */
interface Facts {
  readonly dialect: DialectName | null
  readonly capabilities: Capabilities | null
  readonly problem: string | null
}

/** A probe as answers show it. */
export function describeProbe({ dialect, capabilities, problem }: Facts): ModelProbe {
  const probedAt = capabilities?.probedAt
  return {
    dialect: dialect ?? capabilities?.dialect ?? null,
    logprobs: capabilities?.logprobs ?? null,
    top_logprobs: capabilities?.topLogprobs ?? null,
    n: capabilities?.n ?? null,
    seed: capabilities?.seed ?? null,
    basis: capabilities?.basis ?? 'unknown',
    forcing: capabilities?.forcing ?? null,
    probed_at: probedAt === undefined ? null : new Date(probedAt).toISOString(),
    problem
  }
}
