/** Scoring and policies with the watch between: what is decided is noted, and what is broken decides nothing. */
import type { Policies } from '../policies/policies.js'
import { parseReference } from '../policies/reference.js'
import type { Policy } from '../schemas/policy.js'
import type { ScoreResult } from '../schemas/score-result.js'
import { withEachResult, type Scoring } from '../scoring/scoring.js'
import type { Why } from '../scoring/unasked.js'
import type { ScoreRequest } from '../schemas/score.js'
import type { Warning } from '../scorer.js'
import { watchReport } from './report.js'
import { Shapes } from './shapes.js'
import { isBroken } from './known.js'
import type { Watch } from './watch.js'

/** Scores that tell the probabilities of options. */
const OPTION_SCORES = ['option_entropy', 'option_probability'] as const

const REPEATED_SHAPE: Warning = {
  code: 'repeated_shape',
  message:
    'The same probabilities of options, to two digits, came for several different questions: something else than the ' +
    'question may decide them.'
}

/** Probabilities of the options as a score tells them; null when it does not. */
function optionsOf({ scores }: ScoreResult): readonly number[] | null {
  const told = OPTION_SCORES.map((name) => scores[name]?.detail?.['options']).find(Array.isArray)
  const probabilities = told?.map((option: { readonly probability?: unknown }) => option.probability)
  return probabilities?.every((value) => typeof value === 'number') ? probabilities : null
}

/** The same scoring; every decision on something measured is noted, and probabilities that look planted are told. */
export function watchedScoring(scoring: Scoring, watch: Pick<Watch, 'observe'>): Scoring {
  const shapes = new Shapes()
  const observed = (request: ScoreRequest, result: ScoreResult, blank: Why | null): ScoreResult => {
    if (blank !== null) return result
    const { messages, prompt, choices } = request
    watch.observe(result)
    const options = optionsOf(result)
    if (options === null) return result
    const isRepeated = shapes.isRepeated(JSON.stringify([messages, prompt, choices]), options)
    return isRepeated ? { ...result, warnings: [...result.warnings, REPEATED_SHAPE] } : result
  }
  return withEachResult(scoring, observed)
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
      return { ...withValidity(policy, isBroken(known)), watch: watchReport(known) }
    },
    async remove(reference) {
      await policies.remove(reference)
      const removed = parseReference(reference)
      if (removed !== null) await watch.forget(removed.name, removed.version)
    }
  }
}
