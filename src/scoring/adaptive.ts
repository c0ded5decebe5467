/** The stopping rule of a request that samples adaptively (formulas.md §13.1). */
import { QualmError } from '../errors.js'
import type { Adaptive } from '../evidence/input.js'
import { closure } from '../evidence/kinds.js'
import { STOPPING_RULES, STOPPING_THRESHOLDS, type StoppingRuleName } from '../math/adaptive.js'
import { DEFAULT_RULE } from '../math/clusters.js'
import type { ScoreRequest } from '../schemas/score.js'
import type { EntailmentRule } from '../scorer.js'
import { isDecided, isForeseeable } from './decision-rule.js'
import type { Judged } from './plan.js'
import type { Run } from './select.js'

type Asked = NonNullable<NonNullable<ScoreRequest['sampling']>['adaptive']>

/** Agreement among fewer samples is not defined. */
const LEAST_SAMPLES = 2

const IN_RANGE: Readonly<
  Record<StoppingRuleName, { readonly fits: (value: number) => boolean; readonly says: string }>
> = {
  beta: { fits: (value) => value > 0.5 && value < 1, says: 'a probability above 0.5 and below 1' },
  window: { fits: (value) => Number.isInteger(value) && value >= 2, says: 'a whole number of samples, at least 2' },
  entropy: { fits: (value) => value > 0, says: 'a standard deviation in nats, above 0' }
}

/**
 * When sampling may end early; null when the request does not ask for it. Throws QUALM_ERR_VALIDATION for a threshold
 * that the rule cannot have, and for the rule `decision` without a policy.
 */
export function adaptiveOf(request: ScoreRequest, runs: readonly Run[], judged: Judged | null): Adaptive | null {
  const asked = request.sampling?.adaptive
  if (asked === undefined) return null
  return { rule: asked.rule, least: asked.min ?? LEAST_SAMPLES, ...ruleOf(asked, runs, judged) }
}

/** Why the rule cannot end sampling early; null when it can. */
export function cannotStop(adaptive: Adaptive | null, judged: Judged | null): string | null {
  if (adaptive?.rule !== 'decision' || judged === null || isForeseeable(judged)) return null
  const { name } = judged.run.scorer
  return `what further samples could do to ${name} has no bounds that are known, so all of them were drawn`
}

function ruleOf(asked: Asked, runs: readonly Run[], judged: Judged | null): Pick<Adaptive, 'meanings' | 'isSettled'> {
  const { rule, threshold } = asked
  if (rule !== 'decision') {
    const isSettled = STOPPING_RULES[rule](checked(rule, threshold ?? STOPPING_THRESHOLDS[rule]))
    return { meanings: meaningsOf(runs), isSettled }
  }
  if (judged === null) throw refused('rule', 'decision needs a `policy`: without one there is no decision')
  if (threshold !== undefined) throw refused('threshold', 'decision takes no threshold: the policy has one')
  const isSettled: Adaptive['isSettled'] = isForeseeable(judged)
    ? (labels, drawn) => isDecided(judged, labels, drawn)
    : () => false
  return { meanings: meaningsOf([judged.run]), isSettled }
}

/** Meanings are told apart as the first scorer of clusters does; by wording when there is none. */
function meaningsOf(runs: readonly Run[]): EntailmentRule | null {
  const run = runs.find(({ scorer, parameters }) => closure(scorer.needs, parameters).has('clusters'))
  return run === undefined ? null : (run.parameters.clusters?.rule ?? DEFAULT_RULE)
}

function checked(rule: StoppingRuleName, threshold: number): number {
  const { fits, says } = IN_RANGE[rule]
  if (!fits(threshold)) throw refused('threshold', `${rule} takes ${says}`)
  return threshold
}

function refused(field: string, message: string): QualmError {
  const pointer = `/sampling/adaptive/${field}`
  return new QualmError('QUALM_ERR_VALIDATION', `${pointer}: ${message}.`, { errors: [{ pointer, message }] })
}
