/** Thresholds for all examples together, or for each group of them (Mondrian conformal prediction, Vovk 2012). */
import { QualmError } from '../errors.js'
import { settingsOf, type Ask } from './check-objective.js'
import { isRight, type Fit, type FitExample } from './fit.js'
import { coverage } from './objectives/coverage.js'
import { OBJECTIVES } from './objectives/objectives.js'
import type { GroupCut } from './policy.js'

/** The thresholds that some examples carry. */
export interface Cut {
  readonly accept: Fit
  /** The second threshold, never below the first; null without one. */
  readonly abstain: Fit | null
}

/** Examples that share thresholds, or an error that tells why they have none. */
export interface Part {
  /** Null when there are no groups. */
  readonly group: string | null
  readonly examples: readonly FitExample[]
  readonly cut: Cut | QualmError
}

/** Where an example stands; `none` without a threshold. */
export type Side = 'below' | 'between' | 'above' | 'none'

function fitCut(examples: readonly FitExample[], ask: Ask): Cut {
  const { kind, target = Number.POSITIVE_INFINITY, level = null } = ask.objective
  const { above } = ask.actions
  const accept = OBJECTIVES[kind].fit({ examples, target, level, above, settings: settingsOf(ask.objective) })
  if (ask.abstain === undefined) return { accept, abstain: null }
  const second = coverage({ examples, target: ask.abstain.target, level: ask.abstain.level ?? null })
  return { accept, abstain: { ...second, threshold: Math.max(second.threshold, accept.threshold) } }
}

/** Errors by which examples do not carry an objective. */
export const REFUSALS: ReadonlySet<string> = new Set(['QUALM_ERR_TOO_FEW_EXAMPLES', 'QUALM_ERR_NO_VALID_THRESHOLD'])

function tryCut(examples: readonly FitExample[], ask: Ask): Cut | QualmError {
  try {
    return fitCut(examples, ask)
  } catch (error) {
    if (error instanceof QualmError && REFUSALS.has(error.code)) return error
    throw error
  }
}

/** Examples by group, in order of names; one part without groups. */
function partition(examples: readonly FitExample[]): readonly (readonly [string | null, readonly FitExample[]])[] {
  const groups = new Map<string | null, FitExample[]>()
  for (const example of examples) {
    const group = example.group ?? null
    const members = groups.get(group)
    if (members === undefined) groups.set(group, [example])
    else members.push(example)
  }
  if (groups.size > 1 && groups.has(null)) {
    const message = 'every example names its `group`, or none does'
    throw new QualmError('QUALM_ERR_VALIDATION', message, { errors: [{ pointer: '/examples', message }] })
  }
  return [...groups].toSorted(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))
}

/**
 * Fits the objective, to every group on its own where examples name groups: its promise then holds for each. A group
 * whose examples do not carry it has no threshold. Throws QUALM_ERR_TOO_FEW_EXAMPLES or QUALM_ERR_NO_VALID_THRESHOLD
 * when no part has one, with the error of the largest.
 */
export function fitParts(examples: readonly FitExample[], ask: Ask): readonly Part[] {
  const parts = partition(examples).map(([group, own]) => ({ group, examples: own, cut: tryCut(own, ask) }))
  const failed = parts.filter(({ cut }) => cut instanceof QualmError)
  if (failed.length < parts.length) return parts
  throw failed.reduce((a, b) => (b.examples.length > a.examples.length ? b : a)).cut as QualmError
}

/** The thresholds of a part, or null. */
export function cutOf({ cut }: Part): Cut | null {
  return cut instanceof QualmError ? null : cut
}

/** On which side of the thresholds of its part an example stands. */
export function sideOf(part: Part, example: FitExample): Side {
  const cut = cutOf(part)
  if (cut === null) return 'none'
  const { accept, abstain } = cut
  if (accept.accepts?.(example) ?? example.uncertainty <= accept.threshold) return 'below'
  return abstain !== null && example.uncertainty <= abstain.threshold ? 'between' : 'above'
}

/** What conformal p-values of a part compare with, ascending. */
export function comparedOf(part: Part): readonly number[] {
  const own = () => part.examples.filter(isRight).map(({ uncertainty }) => uncertainty)
  return cutOf(part)?.accept.calibration ?? own().toSorted((a, b) => a - b)
}

/** A part as the policy keeps it. */
export function groupCut(part: Part): GroupCut {
  const { group, examples, cut } = part
  const base = { group: group!, n: examples.length, compared: comparedOf(part).length }
  if (!(cut instanceof QualmError)) {
    return { ...base, threshold: cut.accept.threshold, ...(cut.abstain && { abstain: cut.abstain.threshold }) }
  }
  const { needed, smallest_attainable_target: smallest } = cut.extra as { needed?: number } & Record<string, unknown>
  if (cut.code === 'QUALM_ERR_TOO_FEW_EXAMPLES') {
    return { ...base, threshold: null, reason: 'too_few_examples', ...(needed !== undefined && { needed }) }
  }
  const target = typeof smallest === 'number' ? smallest : null
  return { ...base, threshold: null, reason: 'no_valid_threshold', smallest_attainable_target: target }
}
