import { rolesOf } from '../evidence/kinds.js'
import type { Scorer } from '../scorer.js'
import type { Binding, BoundModel, StoredPolicy } from './policy.js'

/** Models at hand, the default of each role first. The engine's `models()` fits. */
export type ModelDirectory = () => readonly BoundModel[]

/** The models that a scorer depends on: the named language model or the default, and the first of other roles. */
function dependencies(scorer: Scorer, model: string | null, models: readonly BoundModel[]): readonly BoundModel[] {
  return [...rolesOf(scorer.needs)].flatMap((role) => {
    const named = role === 'language' && model !== null
    const found = models.find((entry) => entry.role === role && (!named || entry.id === model))
    return found === undefined ? [] : [{ role, id: found.id, digest: found.digest }]
  })
}

/** What scores of `scorer` come from here and now. */
export function bind(scorer: Scorer, model: string | null, models: ModelDirectory): Binding {
  return { scorer: scorer.name, models: dependencies(scorer, model, models()) }
}

/**
 * Why a policy does not fit scores from `models`, or null when it does. A policy of raw scores fits anything: nothing
 * is known of where they came from.
 */
export function bindingProblem(policy: StoredPolicy, models: readonly BoundModel[]): string | null {
  if (policy.binding === 'unknown') return null
  for (const bound of policy.binding.models) {
    const now = models.find((entry) => entry.role === bound.role && entry.id === bound.id)
    if (now === undefined) return `the policy was made with the ${bound.role} model ${bound.id}, which is not loaded`
    if (now.digest !== bound.digest) return `the files of the ${bound.role} model ${bound.id} have changed`
  }
  return null
}
