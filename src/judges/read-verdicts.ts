/** A request's verdicts as a matrix. */
import { QualmError } from '../errors.js'
import { percentAgreement } from '../math/judges/agreement.js'
import type { JudgedAnswer } from '../math/judges/truth-model.js'
import { JUDGE_LIMITS, type JudgedItem, type JudgesRequest } from '../schemas/judges.js'

/** Verdicts with the names of who gave them. */
export interface VerdictMatrix {
  readonly levels: number
  readonly judges: readonly string[]
  readonly candidates: readonly string[]
  readonly answers: readonly JudgedAnswer[]
  /** Per judge: how far repeated verdicts agree, and on how many answers they tie. */
  readonly repeats: readonly { readonly agreement: number | null; readonly undecided: number }[]
}

type Raw = boolean | number | null

const DEFAULT_LEVELS = 2
const ALL = 'all'

function fault(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', message, { errors: [{ pointer, message }] })
}

function levelOf(raw: Raw, levels: number, pointer: string): number | null {
  if (raw === null) return null
  if (typeof raw === 'boolean' && levels > 2) throw fault(pointer, `true and false fit two levels, not ${levels}`)
  const level = Number(raw)
  if (level < levels) return level
  throw fault(pointer, `a level is a whole number from 0 to ${levels - 1}; set \`levels\` for a longer scale`)
}

/** The most frequent level; null for a tie, as for no verdict. */
function majority(values: readonly number[], levels: number): number | null {
  const counts = Array.from({ length: levels }, (_, level) => values.filter((value) => value === level).length)
  const most = Math.max(...counts)
  return most === 0 || counts.indexOf(most) !== counts.lastIndexOf(most) ? null : counts.indexOf(most)
}

/** All verdicts of one judge on one answer. */
function verdictsOf({ verdicts }: JudgedItem, judge: string, index: number, levels: number): readonly number[] {
  const given = Object.hasOwn(verdicts, judge) ? verdicts[judge]! : null
  const pointer = `/items/${index}/verdicts/${judge.replace(/~/gu, '~0').replace(/\//gu, '~1')}`
  const read = (Array.isArray(given) ? given : [given]).map((raw) => levelOf(raw, levels, pointer))
  return read.filter((level) => level !== null)
}

/**
 * Reads and checks the verdicts. Repeated verdicts of one judge count as one, their majority: they share its errors, so
 * that counting each would take its habits for evidence. Throws QUALM_ERR_VALIDATION with the place.
 */
export function readVerdicts({ items, levels = DEFAULT_LEVELS }: JudgesRequest): VerdictMatrix {
  const judges = [...new Set(items.flatMap(({ verdicts }) => Object.keys(verdicts)))]
  const candidates = [...new Set(items.map(({ candidate = ALL }) => candidate))]
  if (judges.length > JUDGE_LIMITS.judges) throw fault('/items', `more than ${JUDGE_LIMITS.judges} judges`)
  if (items.length * judges.length > JUDGE_LIMITS.cells) {
    throw fault('/items', `answers times judges are more than ${JUDGE_LIMITS.cells}: send a sample of them`)
  }
  const all = items.map((item, i) => judges.map((judge) => verdictsOf(item, judge, i, levels)))
  return {
    levels,
    judges,
    candidates,
    answers: items.map(({ candidate = ALL, gold = null }, i) => ({
      count: 1,
      candidate: candidates.indexOf(candidate),
      gold: levelOf(gold, levels, `/items/${i}/gold`),
      verdicts: all[i]!.map((values) => majority(values, levels))
    })),
    repeats: judges.map((_, j) => ({
      agreement: percentAgreement(
        all.map((row) => row[j]!),
        levels
      ),
      undecided: all.filter((row) => row[j]!.length > 0 && majority(row[j]!, levels) === null).length
    }))
  }
}
