/** Decisions of policies whose objective is `sets`. */
import { argmax } from '../math/choices.js'
import { decision, obstacleOf, type Decision, type SetOption } from './decide.js'
import type { AppliedPolicy } from './group-view.js'
import { membersOf, optionScores, setSettings } from './option-sets.js'

/** The options of a question as the policy's scorer reads them. */
export interface OptionReading {
  readonly options: readonly (SetOption & { readonly probability: number })[]
  /** Label of the option that the answer under test means; null when there is no such answer. */
  readonly answer: string | null
}

/** A decision, and the score that conformal p-values compare. */
export interface SetDecision {
  readonly decision: Decision
  /** Of the option under test; null without options. */
  readonly score: number | null
}

/** The options of a score's detail, or null when it has none. */
export function optionReading(detail: Readonly<Record<string, unknown>> | undefined): OptionReading | null {
  const options = detail?.['options']
  const label = detail?.['option']
  if (!Array.isArray(options) || !options.every(isOption)) return null
  return { options, answer: typeof label === 'string' ? label : null }
}

function isOption(value: unknown): value is OptionReading['options'][number] {
  if (typeof value !== 'object' || value === null) return false
  const { label, text, probability } = value as Readonly<Record<string, unknown>>
  return typeof label === 'string' && typeof text === 'string' && typeof probability === 'number'
}

/** Why an answer with this set is not accepted; null when it is. */
function refusal(members: readonly number[], tested: number, largest: number): string | null {
  if (members.length === 0) return 'empty_set'
  if (members.length > largest) return 'set_too_large'
  return members.includes(tested) ? null : 'answer_outside_set'
}

/**
 * The set of options that holds the right one at the promised rate, and what to do: accept when it has at most
 * `largest_set` options and the answer is one of them, the action of `above` otherwise. Without options, `missing` is
 * the reason of a review. `u` in [0, 1): of the request, for randomised sets.
 */
export function decideSet(
  policy: AppliedPolicy,
  reading: OptionReading | null,
  u: number,
  missing: string
): SetDecision {
  const rules = setSettings(policy.objective)
  const probabilities = reading?.options.map(({ probability }) => probability) ?? []
  const scores = reading === null ? [] : optionScores(probabilities, rules, u)
  const named = reading?.options.findIndex(({ label }) => label === reading.answer) ?? -1
  const tested = named >= 0 ? named : argmax(probabilities)
  const score = scores[tested] ?? null
  const obstacle = obstacleOf(policy, score, missing)
  if (obstacle !== null || policy.threshold === null) {
    return { score, decision: decision(policy, { action: 'review', score, reason: obstacle }) }
  }
  const members = membersOf(scores, policy.threshold)
  const reason = refusal(members, tested, rules.largest)
  const action = reason === null ? policy.actions.below : policy.actions.above
  const set = members.map((place) => ({ label: reading!.options[place]!.label, text: reading!.options[place]!.text }))
  return { score, decision: { ...decision(policy, { action, score, reason }), set } }
}
