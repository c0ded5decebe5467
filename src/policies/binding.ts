import { createHash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.js'
import { rolesOf } from '../evidence/kinds.js'
import type { Scorer } from '../scorer.js'
import type { Binding, BoundModel, BoundScorer } from './policy.js'

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

/**
 * SHA-256 of what a scorer says of itself, in hex. The code behind it does not count: whoever changes values for the
 * same evidence raises `version`.
 */
function digestOf({ name, version = 1, needs, unit, range, direction, options }: Scorer): string {
  const text = canonicalJson({ name, version, needs, unit, range, direction, options: options ?? null })
  return createHash('sha256').update(text).digest('hex')
}

/** Scorers do not change while the process runs. */
const DIGESTS = new WeakMap<Scorer, string>()

/** The scorer as it is now. */
function boundScorer(scorer: Scorer): BoundScorer {
  const digest = DIGESTS.get(scorer) ?? digestOf(scorer)
  DIGESTS.set(scorer, digest)
  return { name: scorer.name, digest }
}

/** What scores of several scorers together, under the name `scorer`, come from here and now. */
export function bindAll(
  scorer: string,
  members: readonly Scorer[],
  model: string | null,
  models: ModelDirectory
): Binding {
  const all = members.flatMap((member) => dependencies(member, model, models()))
  const unique = [...new Map(all.map((bound) => [`${bound.role}/${bound.id}`, bound])).values()]
  return { scorer, models: unique, scorers: members.map(boundScorer) }
}

/** What scores of `scorer` come from here and now. */
export function bind(scorer: Scorer, model: string | null, models: ModelDirectory): Binding {
  return { scorer: scorer.name, models: dependencies(scorer, model, models()), scorers: [boundScorer(scorer)] }
}

/**
 * Why a policy (or `what` else) does not fit scores of `scorers` from `models`, or null when it does. One of raw scores
 * fits anything: nothing is known of where they came from.
 */
export function bindingProblem(
  { binding }: { readonly binding: Binding },
  { models, scorers }: { readonly models: readonly BoundModel[]; readonly scorers: readonly Scorer[] },
  what = 'policy'
): string | null {
  if (binding === 'unknown') return null
  for (const bound of binding.models) {
    const now = models.find((entry) => entry.role === bound.role && entry.id === bound.id)
    if (now === undefined) return `the ${what} was made with the ${bound.role} model ${bound.id}, which is not loaded`
    if (now.digest !== bound.digest) return `the files of the ${bound.role} model ${bound.id} have changed`
  }
  const now = new Map(scorers.map((scorer) => [scorer.name, boundScorer(scorer).digest]))
  const changed = (binding.scorers ?? []).find(({ name, digest }) => now.has(name) && now.get(name) !== digest)
  return changed === undefined ? null : `the ${what} was made with another version of the scorer ${changed.name}`
}
