/** What an estimate of true quality rests on, and what a reader must know before believing it. */
import type { TruthPosterior } from '../math/judges/posterior.js'
import type { Warning } from '../scorer.js'
import type { JudgesEstimate } from '../schemas/judges.js'
import type { VerdictMatrix } from './read-verdicts.js'

/** Known answers per level from which a judge's errors can be read at all. */
const ENOUGH_GOLD = 5
/** Judges from which shares and errors can be told apart without gold, up to the order of levels. */
const ENOUGH_JUDGES = 3
const NOTABLE_SHIFT = 0.05
const USELESS = 0.05
const SETTLED = 1.1

/** Judges with a verdict on an answer, on the answer that has the most. */
const mostTogether = ({ answers }: VerdictMatrix): number =>
  answers.reduce((most, { verdicts }) => Math.max(most, verdicts.filter((each) => each !== null).length), 0)

function goldPerLevel({ answers, levels }: VerdictMatrix): readonly number[] {
  const judged = answers.filter(({ verdicts }) => verdicts.some((each) => each !== null))
  return Array.from({ length: levels }, (_, level) => judged.filter(({ gold }) => gold === level).length)
}

/** `gold` where every level has known answers, `judges` where three judged the same answers, else `prior`. */
export function identifiedBy(matrix: VerdictMatrix): JudgesEstimate['identified_by'] {
  if (goldPerLevel(matrix).every((count) => count >= ENOUGH_GOLD)) return 'gold'
  return mostTogether(matrix) >= ENOUGH_JUDGES ? 'judges' : 'prior'
}

/** How far the mean quality of a candidate moves at most under other priors, and by how much its interval allows. */
function shiftOf(posterior: TruthPosterior, others: readonly (readonly number[])[]): number {
  const own = posterior.candidates.map(({ quality }) => quality.mean)
  return Math.max(...others.flatMap((means) => means.map((mean, c) => Math.abs(mean - own[c]!))))
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

/** @param others mean qualities under the other prior beliefs */
export function judgeWarnings(
  matrix: VerdictMatrix,
  posterior: TruthPosterior,
  others: readonly (readonly number[])[]
): readonly Warning[] {
  const by = identifiedBy(matrix)
  const shift = shiftOf(posterior, others)
  const useless = matrix.judges.filter((_, j) => posterior.judges[j]!.volume.low < USELESS)
  const candidates: readonly (readonly [boolean, string, string])[] = [
    [
      by === 'prior',
      'not_identified',
      `Fewer than ${ENOUGH_JUDGES} judges and no gold labels on every level: shares and errors of judges cannot be told apart, so the estimate rests on the prior. Label ${ENOUGH_GOLD} answers of each level.`
    ],
    [
      by === 'judges',
      'independence_assumed',
      'Without gold labels on every level the estimate holds only if judges err independently; judges that share errors look better than they are.'
    ],
    [
      by !== 'gold' && matrix.levels > 2,
      'ranking_not_identified',
      'With three or more levels even the order of candidates is not identified by judges alone, however many answers there are.'
    ],
    [
      shift > NOTABLE_SHIFT,
      'prior_sensitive',
      `Another prior belief in the judges moves the quality by up to ${percent(shift)}: see \`sensitivity\`.`
    ],
    [
      useless.length > 0,
      'judge_uninformative',
      `These judges may tell nothing about the truth: ${useless.join(', ')}.`
    ],
    [
      posterior.splitRhat > SETTLED,
      'not_settled',
      'The draws have not settled: intervals are rough. Few answers or contradictory verdicts do this.'
    ]
  ]
  return candidates.filter(([applies]) => applies).map(([, code, message]) => ({ code, message }))
}
