/** Every kind of evidence. A new one is a file in its family's folder and a line in the family's table. */
import type { Role } from '../engine/engine.js'
import type { EvidenceKind, EvidenceParameters } from '../scorer.js'
import { distributionKinds } from './distribution/kinds.js'
import { tokensKinds } from './tokens/kinds.js'
import { similarityKinds } from './similarity/kinds.js'
import { sentencesKinds } from './sentences/kinds.js'
import { perturbationKinds } from './perturbation/kinds.js'
import { choicesKinds } from './choices/kinds.js'
import { comparisonKinds } from './comparison/kinds.js'
import { decisionKinds } from './decision/kinds.js'
import { generationKinds } from './generation/kinds.js'
import type { Kind, KindTable } from './kind.js'
import { reflexiveKinds } from './reflexive/kinds.js'

/** All kinds, by name. */
export const KINDS: KindTable<EvidenceKind> = {
  ...generationKinds,
  ...comparisonKinds,
  ...distributionKinds,
  ...tokensKinds,
  ...similarityKinds,
  ...sentencesKinds,
  ...perturbationKinds,
  ...choicesKinds,
  ...reflexiveKinds,
  ...decisionKinds
}

/** Whether `name` is a kind of evidence. */
export function isKind(name: string): name is EvidenceKind {
  return Object.hasOwn(KINDS, name)
}

/** One kind by name, without its value's type. */
export function kindOf(name: EvidenceKind): Kind {
  return KINDS[name]
}

/** Equal for gatherings that share one promise. */
export function gatheringKey(name: EvidenceKind, parameters: EvidenceParameters): string {
  const own = (parameters as Readonly<Record<string, unknown>>)[name]
  return `${name}:${kindOf(name).key?.(parameters) ?? (own === undefined ? '' : JSON.stringify(own))}`
}

/** `kinds` and all that they rest on, each once. `stop` tells where there is no need to look further down. */
export function closure(
  kinds: readonly EvidenceKind[],
  parameters: EvidenceParameters,
  stop: (kind: Kind) => boolean = () => false
): ReadonlySet<EvidenceKind> {
  const found = new Set(kinds)
  for (const name of found) {
    const kind = kindOf(name)
    if (stop(kind)) continue
    for (const below of kind.restsOn?.(parameters) ?? []) found.add(below)
  }
  return found
}

/** Roles of the models that decide the values of `kinds`. */
export function rolesOf(kinds: readonly EvidenceKind[], parameters: EvidenceParameters = {}): ReadonlySet<Role> {
  return new Set([...closure(kinds, parameters)].flatMap((name) => kindOf(name).roles ?? []))
}

/** Fields of the body that `kinds` read. */
export function fieldsReadBy(kinds: readonly EvidenceKind[], parameters: EvidenceParameters): ReadonlySet<string> {
  return new Set([...closure(kinds, parameters)].flatMap((name) => kindOf(name).reads ?? []))
}
