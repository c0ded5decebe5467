/** A paraphrase as a list of choices: which frame, and for each word of the question which wording. 0 leaves it alone. */
import { framesFor } from './question-frames.js'
import { substitutesFor } from './substitutions.js'

/** One choice per locus: the frame first, then each word that has substitutes. */
export type Genes = readonly number[]

/** A question taken apart. */
export interface QuestionGenes {
  /** Number of choices at each locus, at least 1. */
  readonly choices: readonly number[]
  /** The question under these choices. */
  readonly express: (genes: Genes) => string
}

/** Words further on are left alone, so that a long prompt does not make a long search. */
const EDITED_WORDS = 40

interface Locus {
  /** Place among the pieces of the question. */
  readonly piece: number
  readonly others: readonly string[]
}

/** Takes a question apart into a frame and words that may be worded otherwise. */
export function questionGenes(question: string): QuestionGenes {
  const pieces = question.trim().split(/([\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*)/u)
  const frames = framesFor(question)
  const loci = lociOf(pieces)
  return {
    choices: [frames.length + 1, ...loci.map(({ others }) => others.length + 1)],
    express([frame = 0, ...wordings]) {
      const edited = tidied(replaced(pieces, loci, wordings).join(''))
      return frame === 0 ? edited : frames[frame - 1]!(edited)
    }
  }
}

/** Words are at odd places, between what separates them. */
function lociOf(pieces: readonly string[]): readonly Locus[] {
  return pieces
    .map((word, piece) => ({ piece, others: piece % 2 === 1 ? substitutesFor(word, piece === 1) : [] }))
    .filter(({ others }) => others.length > 0)
    .slice(0, EDITED_WORDS)
}

function replaced(pieces: readonly string[], loci: readonly Locus[], wordings: Genes): readonly string[] {
  const chosen = new Map(
    loci.map(({ piece, others }, at) => [piece, (wordings[at] ?? 0) === 0 ? null : others[wordings[at]! - 1]!])
  )
  return pieces.map((text, piece) => chosen.get(piece) ?? text)
}

/** A word left out leaves two spaces. */
function tidied(text: string): string {
  return text.replace(/ {2,}/gu, ' ').replace(/ ([,.?!;:])/gu, '$1')
}
