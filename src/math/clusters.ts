import type { Entailment, EntailmentRule } from '../scorer.js'

/** The rule that applies when a request names none; set by measurement on the embedded models. */
export const DEFAULT_RULE: EntailmentRule = 'loose'

/** Rules of formulas.md §3.2 under the names that the HTTP contract uses. */
export const RULES: readonly EntailmentRule[] = ['strict', 'loose']

type Label = 'entailment' | 'neutral' | 'contradiction'

// Ties go to the label that keeps meanings apart, as an argmax over (contradiction, neutral, entailment) would.
function label({ entailment, neutral, contradiction }: Entailment): Label {
  if (entailment > neutral && entailment > contradiction) return 'entailment'
  return contradiction >= neutral ? 'contradiction' : 'neutral'
}

/**
 * Whether two answers count as one meaning. `strict`: each entails the other. `loose`: no direction contradicts and at
 * least one entails. Symmetric in its first two arguments.
 */
export function sameMeaning(forward: Entailment, backward: Entailment, rule: EntailmentRule): boolean {
  const labels = [label(forward), label(backward)]
  if (rule === 'strict') return labels.every((one) => one === 'entailment')
  return !labels.includes('contradiction') && labels.includes('entailment')
}

/** Whether the backward comparison can still make the two one meaning: false saves it. */
export function mayMatch(forward: Entailment, rule: EntailmentRule): boolean {
  const first = label(forward)
  return rule === 'strict' ? first === 'entailment' : first !== 'contradiction'
}

/**
 * The form under which two texts are duplicates and share a cluster without a comparison: Unicode compatibility form,
 * white space collapsed and trimmed, one final full stop dropped unless it is all there is. Case is kept: "US" and
 * "us" differ.
 */
export function meaningKey(text: string): string {
  const spaced = text.normalize('NFKC').replace(/\s+/gu, ' ').trim()
  const bare = /[.。]$/u.test(spaced) ? spaced.slice(0, -1).trimEnd() : spaced
  return bare === '' ? spaced : bare
}
