import { auarc, auprc, auroc, aurc, prr } from '../math/metrics.js'
import type { Warning } from '../scorer.js'
import type { ScoredExamples } from './examples.js'
import { cutOf, type Part, type Side } from './cuts.js'
import { isRight, type FitExample } from './fit.js'
import type { PolicyReport } from './policy.js'

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** An example and where it stands. */
export interface Placed {
  readonly example: FitExample
  readonly side: Side
}

/** How the scores did on the examples, and what the thresholds would have done. */
export function report(unscored: number, placed: readonly Placed[], pValue: number | null): PolicyReport {
  const labelled = placed.map(({ example }) => example)
  const uncertainty = labelled.map((example) => example.uncertainty)
  const quality = labelled.map((example) => 1 - example.loss)
  const wrong = labelled.map((example) => !isRight(example))
  const accepted = placed.filter(({ side }) => side === 'below').map(({ example }) => example)
  return {
    n: labelled.length,
    unscored,
    right: labelled.filter(isRight).length,
    errorRate: total(labelled.map(({ loss }) => loss)) / labelled.length,
    accepted: accepted.length,
    errorOnAccepted: accepted.length === 0 ? null : total(accepted.map(({ loss }) => loss)) / accepted.length,
    pValue,
    auroc: auroc(uncertainty, wrong),
    auprc: auprc(uncertainty, wrong),
    aurc: aurc(uncertainty, quality),
    auarc: auarc(uncertainty, quality),
    prr: prr(uncertainty, quality)
  }
}

/** What a reader of the policy must know. `raw`: some examples were bare scores. */
export function policyWarnings(
  { labelled, unscored, reasons }: ScoredExamples,
  { auroc, accepted, n, right }: PolicyReport,
  parts: readonly Part[],
  raw: boolean
): readonly Warning[] {
  const why = Object.entries(reasons)
    .map(([reason, count]) => `${reason} (${count})`)
    .join(', ')
  const without = parts.flatMap((part) => (cutOf(part) === null ? [part.group] : [])).join(', ')
  const candidates: readonly (readonly [boolean, string, string])[] = [
    [raw, 'binding_unknown', 'Raw scores carry no model: nothing can tell when scores start to come from another one.'],
    [unscored > 0, 'unscored_examples', `${unscored} examples have no score and play no part: ${why}.`],
    [
      without !== '',
      'groups_without_threshold',
      `Answers of these groups get review, as they have no threshold: ${without}.`
    ],
    [
      labelled.every(({ uncertainty }) => uncertainty === labelled[0]!.uncertainty),
      'constant_scores',
      'All examples have the same score: the policy accepts all such answers or none.'
    ],
    [right === 0 || right === n, 'labels_all_equal', 'All labels agree: how well the score separates is unknown.'],
    [auroc !== null && auroc < 0.5, 'score_misleads', 'Wrong answers tend to look more certain than right ones here.'],
    [accepted === n && n > 0, 'accepts_all', 'Every example is accepted: none is turned away.']
  ]
  return candidates.filter(([applies]) => applies).map(([, code, message]) => ({ code, message }))
}
