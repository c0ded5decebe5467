/** What a request for a policy must be like before any example is scored. */
import { QualmError } from '../errors.js'
import type { PolicyRequest } from '../schemas/policy.js'
import { badSetting, type ObjectiveSettings } from './fit.js'
import { OBJECTIVES } from './objectives/objectives.js'
import type { PolicyActions } from './policy.js'

/** The part of a request that says what is wanted. */
export type Ask = Pick<PolicyRequest, 'objective' | 'abstain' | 'escalation'> & { readonly actions: PolicyActions }

const bad = (pointer: string, message: string) =>
  new QualmError('QUALM_ERR_VALIDATION', `${pointer} ${message}`, { errors: [{ pointer, message }] })

/** Not a number fails this too. */
function checkOpenShare(value: number, pointer: string): void {
  if (!(value > 0 && value < 1)) throw bad(pointer, 'must lie strictly between 0 and 1')
}

function checkTarget({ kind, target }: PolicyRequest['objective']): void {
  const { targetOptional = false, targetIs = 'share' } = OBJECTIVES[kind]
  if (target === undefined) {
    if (!targetOptional) throw bad('/objective/target', `${kind} needs a target`)
  } else if (targetIs === 'share') {
    checkOpenShare(target, '/objective/target')
  } else if (!(target > 0 && target < Number.POSITIVE_INFINITY)) {
    throw bad('/objective/target', 'must be a number above 0')
  }
}

const COMMON: ReadonlySet<string> = new Set(['kind', 'target', 'level'])

/** Settings of an objective beside kind, target and level. */
export function settingsOf(objective: Ask['objective']): ObjectiveSettings {
  return Object.fromEntries(Object.entries(objective).filter(([name]) => !COMMON.has(name))) as ObjectiveSettings
}

function checkSettings(objective: PolicyRequest['objective']): void {
  const takes: readonly string[] = OBJECTIVES[objective.kind].takes
  const foreign = Object.keys(settingsOf(objective)).find((name) => !takes.includes(name))
  if (foreign !== undefined) throw badSetting(foreign, `is not used by ${objective.kind}`)
}

function checkActions({ abstain, actions, escalation, objective }: Ask): void {
  if (abstain !== undefined && OBJECTIVES[objective.kind].bands !== true) {
    throw bad('/abstain', `${objective.kind} has one threshold only`)
  }
  if (actions.between === 'escalate' && abstain === undefined) {
    throw bad('/actions/between', 'escalates between two thresholds: add `abstain`, or set `above`')
  }
  const escalates = actions.between === 'escalate' || actions.above === 'escalate'
  if (escalation !== undefined && !escalates) throw bad('/escalation', 'no action of this policy is escalate')
}

/** Throws QUALM_ERR_VALIDATION with the place of what does not fit. */
export function checkAsk(ask: Ask): void {
  checkTarget(ask.objective)
  if (ask.objective.level !== undefined) checkOpenShare(ask.objective.level, '/objective/level')
  checkSettings(ask.objective)
  if (ask.abstain !== undefined) {
    checkOpenShare(ask.abstain.target, '/abstain/target')
    if (ask.abstain.level !== undefined) checkOpenShare(ask.abstain.level, '/abstain/level')
  }
  checkActions(ask)
}

/** What happens above the threshold when the caller does not say: with costs, whatever costs least. */
function defaultAbove({ kind, costs = { wrong: 0 } }: PolicyRequest['objective']): PolicyActions['above'] {
  if (kind === 'cascade_error') return 'escalate'
  const priced = (['abstain', 'review', 'escalate'] as const).filter((action) => costs[action] !== undefined)
  return priced.toSorted((a, b) => costs[a]! - costs[b]!)[0] ?? 'abstain'
}

/** The actions of a policy, with defaults. */
export function actionsOf({ objective, actions }: Pick<PolicyRequest, 'objective' | 'actions'>): PolicyActions {
  return { below: 'accept', between: 'review', above: defaultAbove(objective), ...actions }
}
