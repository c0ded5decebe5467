import { rolesOf } from '../evidence/kinds.js'
import type { Scorer } from '../scorer.js'
import type { Binding, BoundModel } from './policy.js'

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

/** What scores of several scorers together, under the name `scorer`, come from here and now. */
export function bindAll(
  scorer: string,
  members: readonly Scorer[],
  model: string | null,
  models: ModelDirectory
): Binding {
  const all = members.flatMap((member) => dependencies(member, model, models()))
  return { scorer, models: [...new Map(all.map((bound) => [`${bound.role}/${bound.id}`, bound])).values()] }
}

/** What scores of `scorer` come from here and now. */
export function bind(scorer: Scorer, model: string | null, models: ModelDirectory): Binding {
  return { scorer: scorer.name, models: dependencies(scorer, model, models()) }
}

/**
 * Why a policy (or `what` else) does not fit scores from `models`, or null when it does. One of raw scores fits
 * anything: nothing is known of where they came from.
 */
export function bindingProblem(
  { binding }: { readonly binding: Binding },
  models: readonly BoundModel[],
  what = 'policy'
): string | null {
  if (binding === 'unknown') return null
  for (const bound of binding.models) {
    const now = models.find((entry) => entry.role === bound.role && entry.id === bound.id)
    if (now === undefined) return `the ${what} was made with the ${bound.role} model ${bound.id}, which is not loaded`
    if (now.digest !== bound.digest) return `the files of the ${bound.role} model ${bound.id} have changed`
  }
  return null
}
