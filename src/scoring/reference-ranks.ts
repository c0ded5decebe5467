/** Quantiles of scores over reference answers: they put the members of an ensemble on one scale. */
import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { canonicalJson } from '../canonical-json.js'
import { rankAmong } from '../math/ranks.js'
import { towardsUncertain } from '../policies/policy.js'
import { resolveOptions } from '../scorer-registry.js'
import type { Run } from './select.js'

/** The shape of reference/ranks.json. */
export const ReferenceRanks = Type.Object({
  /** The questions that were answered, in words. */
  data: Type.String(),
  model: Type.Object({ id: Type.String(), digest: Type.Union([Type.String(), Type.Null()]) }),
  scorers: Type.Array(
    Type.Object({
      name: Type.String(),
      options: Type.Record(Type.String(), Type.Unknown()),
      /** Evenly spaced, ascending, of the uncertainty: negated values of a scorer of certainty. */
      quantiles: Type.Array(Type.Number(), { minItems: 2 })
    })
  )
})
export type ReferenceRanks = Static<typeof ReferenceRanks>

/** Reads and checks a table. Throws when it does not have the shape. */
export function readReferenceRanks(file: URL): ReferenceRanks {
  return Value.Parse(ReferenceRanks, JSON.parse(readFileSync(file, 'utf8')))
}

/** Options with what was added to the scorer since at its default; null when they no longer fit. */
function canonicalOf(scorer: Run['scorer'], given: unknown): string | null {
  const { options } = resolveOptions(scorer, given)
  return options === null ? null : canonicalJson(options)
}

/** Rank of a run's value among the reference answers, in (0, 1), higher is more uncertain; null without reference. */
export function referenceRank(ranks: ReferenceRanks, { scorer, options }: Run, value: number): number | null {
  const wanted = canonicalJson(options)
  const entry = ranks.scorers.find((each) => each.name === scorer.name && canonicalOf(scorer, each.options) === wanted)
  return entry === undefined ? null : rankAmong(towardsUncertain(scorer.direction, value), entry.quantiles)
}
