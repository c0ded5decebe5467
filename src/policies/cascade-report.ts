import type { FitExample } from './fit.js'
import type { Side } from './cuts.js'
import type { CascadeReport, Escalation, PolicyActions } from './policy.js'

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : total(values) / values.length

/**
 * What answers kept and escalated together would have cost on the examples, and how many of those given would have been
 * wrong. Examples without an answer of the stronger model play no part; null when all lack it. Costs are null without
 * a price.
 */
export function cascadeReport(
  placed: readonly { readonly example: FitExample; readonly side: Side }[],
  actions: PolicyActions,
  { cost, own_cost: ownCost = 0 }: Pick<Escalation, 'cost' | 'own_cost'>
): CascadeReport | null {
  const known = placed.filter(({ example }) => example.escalated !== undefined)
  if (known.length === 0) return null
  const asked = known.map(({ side }) => side !== 'none' && actions[side] === 'escalate')
  const given = known.flatMap(({ example, side }, i) =>
    asked[i] ? [example.escalated!] : side === 'below' ? [example.loss] : []
  )
  const escalatedShare = asked.filter(Boolean).length / known.length
  return {
    n: known.length,
    answered_share: given.length / known.length,
    escalated_share: escalatedShare,
    error: meanOf(given),
    error_without: meanOf(known.map(({ example }) => example.loss)),
    error_of_model: meanOf(known.map(({ example }) => example.escalated!)),
    cost: cost === undefined ? null : ownCost + escalatedShare * cost,
    cost_without: cost === undefined ? null : ownCost,
    cost_of_model: cost ?? null
  }
}
