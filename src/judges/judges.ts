/** Judges as the service sees them: verdicts in, estimates of what is true and of who judges well out. Nothing is kept. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { cohenKappa, fleissKappa, krippendorffAlpha, percentAgreement } from '../math/judges/agreement.js'
import { TruthSummary, type TruthPosterior } from '../math/judges/posterior.js'
import { auditSwaps } from '../math/judges/swaps.js'
import { drawTruth, type JudgedAnswer, type TruthInput } from '../math/judges/truth-model.js'
import type { AuditReport, AuditRequest, JudgesEstimate, JudgesRequest } from '../schemas/judges.js'
import { identifiedBy, judgeWarnings } from './identification.js'
import { readVerdicts, type VerdictMatrix } from './read-verdicts.js'

export interface Judges {
  /** Throws QUALM_ERR_VALIDATION for verdicts off the scale or too many of them. */
  estimate(request: JudgesRequest, signal: AbortSignal): Promise<JudgesEstimate>
  audit(request: AuditRequest): AuditReport
}

/** Prior beliefs: flat first, which is the one reported. */
const TRUSTS = [0, 2, 8] as const
const DRAWS = 2000
/** Draws passed over, because they still depend on where the sampler starts. */
const PASSED_OVER = 400
const DEFAULT_SEED = 1
const DEFAULT_LEVEL = 0.05
/** Verdicts worked on before other work is let in: some milliseconds. */
const CELLS_A_TURN = 50_000
const FEW_SWAPS = 30

async function posteriorOf(
  input: TruthInput,
  trust: number,
  seed: number,
  signal: AbortSignal
): Promise<TruthPosterior> {
  const summary = new TruthSummary()
  const perTurn = Math.max(1, Math.floor(CELLS_A_TURN / (input.answers.length * input.judges * input.levels)))
  let drawn = 0
  signal.throwIfAborted()
  for (const draw of drawTruth(input, { trust, draws: DRAWS, seed })) {
    if (drawn >= PASSED_OVER) summary.add(draw)
    if (++drawn % perTurn > 0) continue
    await nextTurn()
    signal.throwIfAborted()
  }
  return summary.summary()
}

function agreementOf(
  { answers, judges, levels }: VerdictMatrix,
  scale: JudgesEstimate['agreement']['scale']
): JudgesEstimate['agreement'] {
  const verdicts = answers.map((answer) => answer.verdicts)
  const columns = judges.map((_, j) => verdicts.map((row) => row[j]!))
  const kappas = columns.flatMap((a, i) => columns.slice(i + 1).map((b) => cohenKappa(a, b, levels)))
  const known = kappas.filter((each) => each !== null)
  return {
    percent: percentAgreement(verdicts, levels),
    cohen_kappa: known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0) / known.length,
    fleiss_kappa: fleissKappa(verdicts, levels),
    krippendorff_alpha: krippendorffAlpha(verdicts, levels, scale),
    scale
  }
}

function candidatesOf(matrix: VerdictMatrix, posterior: TruthPosterior): JudgesEstimate['candidates'] {
  return matrix.candidates.map((candidate, c) => {
    const answers = matrix.answers.filter((answer) => answer.candidate === c)
    const verdicts = answers.flatMap((answer) => answer.verdicts).filter((each) => each !== null)
    const total = verdicts.reduce((sum, each) => sum + each, 0)
    const { quality, levels, best, rank } = posterior.candidates[c]!
    return {
      candidate,
      n: answers.length,
      observed: verdicts.length === 0 ? null : total / verdicts.length / (matrix.levels - 1),
      quality: { ...quality },
      levels: [...levels],
      best,
      rank: { ...rank }
    }
  })
}

function judgesOf({ judges, answers, repeats }: VerdictMatrix, posterior: TruthPosterior): JudgesEstimate['judges'] {
  return judges.map((judge, j) => ({
    judge,
    n: answers.filter(({ verdicts }) => verdicts[j] !== null).length,
    confusion: posterior.judges[j]!.confusion.map((row) => [...row]),
    volume: { ...posterior.judges[j]!.volume },
    self_agreement: repeats[j]!.agreement,
    undecided: repeats[j]!.undecided
  }))
}

/** Answers that are alike, counted once, and which of them each answer is. */
function alike(answers: readonly JudgedAnswer[]): { readonly kinds: readonly JudgedAnswer[]; readonly of: number[] } {
  const places = new Map<string, number>()
  const kinds: JudgedAnswer[] = []
  const of = answers.map((answer) => {
    const key = JSON.stringify([answer.candidate, answer.gold, answer.verdicts])
    const place = places.get(key) ?? kinds.length
    places.set(key, place)
    kinds[place] = { ...answer, count: (kinds[place]?.count ?? 0) + 1 }
    return place
  })
  return { kinds, of }
}

async function estimate(request: JudgesRequest, signal: AbortSignal): Promise<JudgesEstimate> {
  const matrix = readVerdicts(request)
  const { kinds, of } = alike(matrix.answers)
  const { levels } = matrix
  const input = { levels, judges: matrix.judges.length, candidates: matrix.candidates.length, answers: kinds }
  const seed = request.seed ?? DEFAULT_SEED
  const posteriors: TruthPosterior[] = []
  for (const trust of TRUSTS) posteriors.push(await posteriorOf(input, trust, seed, signal))
  const means = posteriors.map(({ candidates }) => candidates.map(({ quality }) => quality.mean))
  const reported = posteriors[0]!
  return {
    object: 'judges.estimate',
    n: matrix.answers.length,
    gold: matrix.answers.filter(({ gold }) => gold !== null).length,
    levels: matrix.levels,
    identified_by: identifiedBy(matrix),
    candidates: candidatesOf(matrix, reported),
    judges: judgesOf(matrix, reported),
    items: request.items.map(({ id }, i) => ({ id: id ?? String(i), levels: [...reported.truth[of[i]!]!] })),
    agreement: agreementOf(matrix, request.scale ?? (matrix.levels === 2 ? 'nominal' : 'ordinal')),
    sensitivity: TRUSTS.map((trust, i) => ({ trust, quality: means[i]! })),
    warnings: [...judgeWarnings(matrix, reported, means.slice(1))]
  }
}

function audit({ swaps, level = DEFAULT_LEVEL }: AuditRequest): AuditReport {
  const reports = auditSwaps(swaps)
  const few = reports.filter(({ n }) => n < FEW_SWAPS).map(({ kind }) => kind)
  return {
    object: 'judges.audit',
    kinds: reports.map(({ rate, yesToNo, noToYes, pValue, adjustedPValue, ...same }) => ({
      ...same,
      flip_rate: { ...rate },
      yes_to_no: yesToNo,
      no_to_yes: noToYes,
      p_value: pValue,
      adjusted_p_value: adjustedPValue,
      biased: adjustedPValue <= level
    })),
    level,
    warnings:
      few.length === 0
        ? []
        : [{ code: 'few_swaps', message: `Fewer than ${FEW_SWAPS} pairs can hide a bias: ${few.join(', ')}.` }]
  }
}

/** Builds the service of judges. */
export function createJudges(): Judges {
  return { estimate, audit }
}
