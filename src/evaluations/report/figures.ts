/** How figures are written, wherever they are shown. */
import type { EvaluationRow } from '../../schemas/evaluation.js'

export type Figure = EvaluationRow['auroc']

/** Figures of a row in the order of the table, with what stands above them. */
export const FIGURES = [
  ['AUROC', 'auroc'],
  ['AUARC', 'auarc'],
  ['PRR', 'prr'],
  ['ECE', 'ece'],
  ['Brier', 'brier']
] as const satisfies readonly (readonly [string, keyof EvaluationRow])[]

/** What the figures mean, one sentence each. */
export const MEANINGS: readonly string[] = [
  'AUROC: the probability that a wrong answer is called more uncertain than a right one; 0.5 is chance, 1 is best.',
  'AUARC: the mean accuracy of the most certain answers over all coverages; 1 is best.',
  'PRR: prediction–rejection ratio; 1 is a perfect order of rejection, 0 a random one.',
  'ECE and Brier: calibration error and squared error of confidence, Platt-scaled in five folds; 0 is best.',
  'In brackets: 95 % bootstrap intervals; that of ECE lies high, as a resample always looks less calibrated. A dash: not defined here.'
]

/** `0.813 [0.77, 0.85]`, or a dash. */
export function figureText({ value, low, high }: Figure): string {
  if (value === null) return '–'
  return low === null || high === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} [${low.toFixed(2)}, ${high.toFixed(2)}]`
}

const UNITS = [
  ['generations', 'generation'],
  ['readings', 'reading'],
  ['entailment_pairs', 'comparison'],
  ['embeddings', 'embedding']
] as const satisfies readonly (readonly [keyof EvaluationRow['cost'], string])[]

/** What one answer costs in words: `10 generations, 90 comparisons`. */
export function costText(cost: EvaluationRow['cost']): string {
  const parts = UNITS.flatMap(([field, unit]) => {
    const count = cost[field]
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`]
  })
  return parts.length === 0 ? 'none' : parts.join(', ')
}

/** Answers without a score and why, `12 (needs_prompt)`; empty when there are none. */
export function missingText(missing: EvaluationRow['missing']): string {
  return Object.entries(missing)
    .map(([reason, count]) => `${count} (${reason})`)
    .join(', ')
}

/** `62 %`, or a dash. */
export const percentText = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(0)} %`)
