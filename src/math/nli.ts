/** Arithmetic on the class probabilities of directed comparisons. */
import type { Entailment } from '../scorer.js'

/** What a text is to itself and to its duplicates. */
export const SAME_TEXT: Entailment = { entailment: 1, neutral: 0, contradiction: 0 }

/**
 * Class probabilities at temperature τ: softmax(ln p / τ), which is what dividing the classifier's logits by τ gives.
 * τ above 1 flattens them. Impossible classes stay impossible.
 */
export function tempered(verdict: Entailment, temperature: number): Entailment {
  if (temperature === 1) return verdict
  const { entailment, neutral, contradiction } = verdict
  // Relative to the largest, so that a low temperature cannot bring all of them down to 0.
  const largest = Math.max(entailment, neutral, contradiction)
  const [e, n, c] = [entailment, neutral, contradiction].map((p) => (p / largest) ** (1 / temperature))
  const total = e! + n! + c!
  return { entailment: e! / total, neutral: n! / total, contradiction: c! / total }
}

/** P(entailment) against contradiction alone, neutral dropped: e/(e + c), in [0, 1]; ½ when both are impossible. */
export function contrasted({ entailment, contradiction }: Entailment): number {
  const either = entailment + contradiction
  return either === 0 ? 0.5 : entailment / either
}
