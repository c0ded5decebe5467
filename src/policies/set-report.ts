import { setSettings, membersOf, optionScores } from './option-sets.js'
import { cutOf, type Part } from './cuts.js'
import type { ObjectiveSettings } from './fit.js'
import type { SetReport } from './policy.js'

/** Sets of all examples that have options and a threshold. */
function setsOf(part: Part, settings: ObjectiveSettings) {
  const cut = cutOf(part)
  const rules = setSettings(settings)
  if (cut === null) return []
  return part.examples.flatMap(({ options }) => {
    if (options === undefined) return []
    const members = membersOf(optionScores(options.probabilities, rules, options.u), cut.accept.threshold)
    return [{ size: members.length, holds: members.includes(options.right) }]
  })
}

/** How large the sets are on the examples, and how many hold the right option. */
export function setReport(parts: readonly Part[], settings: ObjectiveSettings): SetReport {
  const sets = parts.flatMap((part) => setsOf(part, settings))
  const largest = sets.reduce((most, { size }) => Math.max(most, size), 0)
  return {
    coverage: sets.filter(({ holds }) => holds).length / sets.length,
    mean_size: sets.reduce((sum, { size }) => sum + size, 0) / sets.length,
    sizes: Array.from({ length: largest + 1 }, (_, count) => sets.filter(({ size }) => size === count).length)
  }
}
