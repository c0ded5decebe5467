/** Scoring and policies with the watch between: what is decided is noted, and what is broken decides nothing. */
import type { Policies } from '../policies/policies.js'
import { parseReference } from '../policies/reference.js'
import type { Policy } from '../schemas/policy.js'
import type { Scoring } from '../scoring/scoring.js'
import { watchReport } from './report.js'
import type { Watch } from './watch.js'

/** The same scoring; every decision is noted. */
export function watchedScoring(scoring: Scoring, watch: Pick<Watch, 'observe'>): Scoring {
  return {
    async score(request, context) {
      const result = await scoring.score(request, context)
      watch.observe(result)
      return result
    }
  }
}

function withValidity(policy: Policy, isBroken: boolean): Policy {
  if (!isBroken || !policy.guarantee) return policy
  return { ...policy, guarantee: { ...policy.guarantee, valid: false } }
}

/** The same policies; they tell whether their promise still holds, and one alone also why. */
export function watchedPolicies(policies: Policies, watch: Watch): Policies {
  return {
    ...policies,
    async list() {
      const { data, ...list } = await policies.list()
      const told = data.map(async (policy) => withValidity(policy, await watch.isBroken(policy)))
      return { ...list, data: await Promise.all(told) }
    },
    async get(reference) {
      const policy = await policies.get(reference)
      const known = await watch.state(await policies.lookup(`${policy.name}@${policy.version}`))
      return { ...withValidity(policy, known.state.broken !== null), watch: watchReport(known) }
    },
    async remove(reference) {
      await policies.remove(reference)
      const removed = parseReference(reference)
      if (removed !== null) await watch.forget(removed.name, removed.version)
    }
  }
}
