/** Comparisons from the caller's own classifier: checked for size and sum, never repaired. */
import { QualmError } from '../../errors.js'
import type { Entailment } from '../../scorer.js'

/** Soft-max output is rounded when it is written as text. */
const SUM_TOLERANCE = 1e-2

/** As callers send them; every matrix is N×N over the samples. */
export interface SuppliedComparisons {
  readonly entailment?: readonly (readonly Entailment[])[]
  readonly answer_entailment?: { readonly forward: readonly Entailment[]; readonly backward: readonly Entailment[] }
  readonly similarity?: readonly (readonly number[])[]
}

/** Throws QUALM_ERR_INVALID_EVIDENCE unless everything fits `sampleCount` samples and classes add up to 1. */
export function checkComparisons(supplied: SuppliedComparisons, sampleCount: number | null): void {
  const { entailment, answer_entailment: answer, similarity } = supplied
  if (entailment) checkSquare(entailment, sampleCount, '/evidence/entailment')
  if (similarity) checkSquare(similarity, sampleCount, '/evidence/similarity')
  entailment?.forEach((row, i) => checkSums(row, `/evidence/entailment/${i}`))
  for (const side of ['forward', 'backward'] as const) {
    if (!answer) continue
    checkLength(answer[side].length, sampleCount, `/evidence/answer_entailment/${side}`)
    checkSums(answer[side], `/evidence/answer_entailment/${side}`)
  }
}

/** Looks supplied comparisons up by sample index, the answer's being `sampleCount`; null where there are none. */
export function lookUp(
  supplied: SuppliedComparisons,
  sampleCount: number
): (premise: number, hypothesis: number) => Entailment | null {
  const { entailment, answer_entailment: answer } = supplied
  return (premise, hypothesis) => {
    if (premise === sampleCount) return answer?.forward[hypothesis] ?? null
    if (hypothesis === sampleCount) return answer?.backward[premise] ?? null
    return entailment?.[premise]?.[hypothesis] ?? null
  }
}

function checkSquare(rows: readonly (readonly unknown[])[], sampleCount: number | null, pointer: string): void {
  checkLength(rows.length, sampleCount, pointer)
  rows.forEach((row, i) => checkLength(row.length, sampleCount, `${pointer}/${i}`))
}

function checkLength(actual: number, sampleCount: number | null, pointer: string): void {
  if (actual === sampleCount) return
  throw invalid(
    pointer,
    sampleCount === null
      ? 'comparisons need the samples that they compare'
      : `has ${actual} entries for ${sampleCount} samples`
  )
}

function checkSums(row: readonly Entailment[], pointer: string): void {
  row.forEach(({ entailment, neutral, contradiction }, i) => {
    const sum = entailment + neutral + contradiction
    if (Math.abs(sum - 1) > SUM_TOLERANCE) throw invalid(`${pointer}/${i}`, `the classes add up to ${sum.toFixed(4)}`)
  })
}

function invalid(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_INVALID_EVIDENCE', 'The supplied comparisons do not fit the samples.', {
    errors: [{ pointer, message }]
  })
}
