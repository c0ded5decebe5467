import type { Ask } from './check-objective.js'
import { settingsOf } from './check-objective.js'
import { cascadeReport } from './cascade-report.js'
import { comparedOf, cutOf, fitParts, groupCut, sideOf, type Cut, type Part } from './cuts.js'
import type { ScoredExamples } from './examples.js'
import { tooFew, type Fit } from './fit.js'
import type { AbstainCut, Guarantee, Objective, PolicyBody, PolicyReport } from './policy.js'
import { policyWarnings, report } from './report.js'
import { setReport } from './set-report.js'

/** The part of a policy that follows from its examples. */
export type FittedPolicy = Pick<
  PolicyBody,
  | 'objective'
  | 'threshold'
  | 'guarantee'
  | 'abstain'
  | 'groups'
  | 'answeredShare'
  | 'report'
  | 'warnings'
  | 'calibration'
>

/** The promise over all parts: `n` sums what each rests on. */
function guaranteeOf({ kind, target, level }: Objective, fits: readonly Fit[], grouped: boolean): Guarantee | null {
  const [first] = fits
  if (first === undefined || first.promised === false) return null
  const bound = fits.reduce((most, fit) => Math.max(most, fit.bound ?? 0), 0)
  const n = fits.reduce((sum, fit) => sum + fit.n, 0)
  const promised = first.bound === undefined ? target! : bound
  const group = grouped ? { group: 'each' } : {}
  return { kind, target: promised, level, method: first.method, n, valid: true, ...first.terms, ...group }
}

function abstainCut({ abstain }: Ask, cuts: readonly Cut[], grouped: boolean): AbstainCut | undefined {
  if (abstain === undefined) return undefined
  const fits = cuts.map((cut) => cut.abstain!)
  const objective = { kind: abstain.kind, target: abstain.target, level: abstain.level ?? null }
  return {
    objective,
    threshold: grouped ? null : fits[0]!.threshold,
    guarantee: guaranteeOf(objective, fits, grouped)!
  }
}

function findingsOf(examples: ScoredExamples, parts: readonly Part[], ask: Ask): PolicyReport {
  const placed = parts.flatMap((part) => part.examples.map((example) => ({ example, side: sideOf(part, example) })))
  const [only] = parts.length === 1 ? parts : []
  const fit = only === undefined ? null : (cutOf(only)?.accept ?? null)
  const cascade = cascadeReport(placed, ask.actions, ask.escalation ?? {})
  return {
    ...report(examples.unscored, placed, fit?.pValue ?? null),
    ...(ask.objective.kind === 'expected_cost' && { expected_cost: fit?.bound ?? null }),
    ...(cascade !== null && { cascade }),
    ...(ask.objective.kind === 'sets' && { sets: setReport(parts, settingsOf(ask.objective)) })
  }
}

/**
 * Fits the objective to scored examples. `raw`: some were bare scores. Throws QUALM_ERR_TOO_FEW_EXAMPLES and
 * QUALM_ERR_NO_VALID_THRESHOLD.
 */
export function fitPolicy(examples: ScoredExamples, ask: Ask, raw: boolean): FittedPolicy {
  const { kind, target = null } = ask.objective
  if (examples.labelled.length === 0) throw tooFew('examples', 0, 1, target ?? Number.POSITIVE_INFINITY)
  const parts = fitParts(examples.labelled, ask)
  const grouped = parts[0]!.group !== null
  const cuts = parts.flatMap((part) => cutOf(part) ?? [])
  const fits = cuts.map(({ accept }) => accept)
  const objective = { kind, target, ...settingsOf(ask.objective), level: fits[0]!.level }
  const abstain = abstainCut(ask, cuts, grouped)
  const findings = findingsOf(examples, parts, ask)
  return {
    objective,
    threshold: grouped ? null : fits[0]!.threshold,
    guarantee: guaranteeOf(objective, fits, grouped),
    ...(abstain !== undefined && { abstain }),
    ...(grouped && { groups: parts.map(groupCut) }),
    answeredShare: findings.accepted / findings.n,
    report: findings,
    warnings: policyWarnings(examples, findings, parts, raw),
    calibration: parts.flatMap(comparedOf)
  }
}
