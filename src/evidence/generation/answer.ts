import type { Generation } from '../../scorer.js'
import type { GeneratedRows } from './generated-rows.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'

/** The answer under test: the supplied one, else the greedy row. Throws `Missing` when there is neither. */
export async function gatherAnswer(input: EvidenceInput, rows: () => GeneratedRows): Promise<Generation> {
  if (input.answer !== null) return input.answer.generation
  if (input.fill === 'never') {
    throw new Missing(
      'skipped',
      'needs_answer',
      'Supply `answer`, or let Qualm answer: `fill` "auto", and not the preset instant.'
    )
  }
  const { greedy } = rows()
  if (greedy === null) throw new Error('a greedy answer was asked for that was not planned')
  return greedy
}
