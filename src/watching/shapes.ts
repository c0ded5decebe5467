/** Distributions over options that come back for different questions: honest ones seldom do to two digits. */
import { createHash } from 'node:crypto'

/** Newest shapes that are remembered, in memory only. */
const REMEMBERED = 500
/** Different questions with one shape from which it is told. */
const SUSPICIOUS = 5
/** Shapes with such a leader are common to all easy questions. */
const PEAKED = 0.9

/** The probabilities in falling order, to two digits; null for a shape that is common. */
export function shapeOf(probabilities: readonly number[]): string | null {
  const falling = probabilities.toSorted((a, b) => b - a)
  if (falling.length < 3 || falling[0]! >= PEAKED) return null
  return falling.map((probability) => probability.toFixed(2)).join(' ')
}

/** Remembers shapes by question; of a question only a hash is kept. */
export class Shapes {
  readonly #seen: { readonly shape: string; readonly question: string }[] = []

  /** True when this shape has now come for five different questions among the newest 500. */
  isRepeated(question: string, probabilities: readonly number[]): boolean {
    const shape = shapeOf(probabilities)
    if (shape === null) return false
    this.#seen.push({ shape, question: createHash('sha256').update(question).digest('base64') })
    if (this.#seen.length > REMEMBERED) this.#seen.shift()
    const questions = this.#seen.filter((one) => one.shape === shape).map((one) => one.question)
    return new Set(questions).size >= SUSPICIOUS
  }
}
