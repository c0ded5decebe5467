/** From scored examples to a map, its report and what a reader must know. */
import { QualmError } from '../errors.js'
import { calibrationReport, FIGURES, type CalibrationReport } from '../math/calibration-report.js'
import { fitBand } from '../math/calibrators/band.js'
import { METHODS, type MethodName } from '../math/calibrators/methods.js'
import { crossFit } from '../math/cross-fitting.js'
import { fitJoint, jointProbability, ranksOf } from '../math/joint-logistic.js'
import type { ReliabilityBin } from '../math/reliability.js'
import { towardsUncertain } from '../policies/policy.js'
import type { Scorer } from '../scorer.js'
import type { CalibrationBody, JointMap, ScoreMap } from './calibration.js'
import type { GatheredExamples } from './joint-examples.js'

/** Two per fold of the report; fewer would say nothing of a probability. */
const FEWEST = 10

/** Names of the figures in snake_case. */
const NAMES: Readonly<Record<(typeof FIGURES)[number], string>> = {
  auroc: 'auroc',
  auprc: 'auprc',
  aurc: 'aurc',
  auarc: 'auarc',
  prr: 'prr',
  brier: 'brier',
  logLoss: 'log_loss',
  ece: 'ece',
  eceEqualMass: 'ece_equal_mass',
  eceDebiased: 'ece_debiased'
}

/** Throws QUALM_ERR_TOO_FEW_EXAMPLES or QUALM_ERR_INVALID_EVIDENCE when no map can be learnt from the examples. */
export function checkExamples({ uncertainty, quality, reasons }: GatheredExamples, members: number): void {
  const have = quality.length
  const needed = FEWEST * Math.max(1, members)
  if (have < needed) {
    const why = Object.entries(reasons).map(([reason, count]) => `${reason} (${count})`)
    const lost = why.length === 0 ? '' : ` Without a score: ${why.join(', ')}.`
    const message = `A calibration needs at least ${needed} examples with a score, and ${have} came. Add examples.${lost}`
    throw new QualmError('QUALM_ERR_TOO_FEW_EXAMPLES', message, { extra: { needed, have } })
  }
  if (quality.every((grade) => grade === quality[0])) {
    throw unusable('All labels are the same: add examples of the other kind, right answers or wrong ones.')
  }
  if (uncertainty.every((row) => row.every((value, member) => value === uncertainty[0]![member]))) {
    throw unusable('All examples have the same score, so that it tells nothing: check the scorer and its options.')
  }
}

function unusable(message: string): QualmError {
  return new QualmError('QUALM_ERR_INVALID_EVIDENCE', message, { errors: [{ pointer: '/examples', message }] })
}

/** One is the most uncertain score of a scorer over [0, 1]: what the map reads is then a probability too. */
function offsetOf({ direction, range }: Scorer): number {
  return direction === 'higher_is_more_uncertain' && range[0] === 0 && range[1] === 1 ? 1 : 0
}

function checkDomain(method: MethodName, scorer: Scorer, scores: readonly number[]): void {
  if (METHODS[method].domain === 'any' || scores.every((score) => score >= 0 && score <= 1)) return
  const message = `${method} reads scores in [0, 1], and those of ${scorer.name} are not: use platt or isotonic`
  throw new QualmError('QUALM_ERR_INVALID_EVIDENCE', `${message}.`, { errors: [{ pointer: '/method', message }] })
}

type Fitted = Pick<CalibrationBody, 'fit' | 'report'>

/** Fits the map of one scorer. Yields now and then, as fits of many examples take their time. */
export function* fitOne(examples: GatheredExamples, scorer: Scorer, method: MethodName): Generator<void, Fitted> {
  const { quality } = examples
  const uncertainty = examples.uncertainty.map((row) => row[0]!)
  const offset = offsetOf(scorer)
  const scores = uncertainty.map((each) => offset - each)
  checkDomain(method, scorer, scores)
  const calibrator = METHODS[method]
  const map = calibrator.fit({ scores, quality })
  yield
  const band = yield* fitBand(calibrator, { scores, quality }, map)
  const confidence = crossFit(
    quality.length,
    (indexes) => calibrator.fit({ scores: indexes.map((i) => scores[i]!), quality: indexes.map((i) => quality[i]!) }),
    (fit, i) => calibrator.predict(fit, scores[i]!)
  )
  const report = yield* calibrationReport({ uncertainty, confidence, quality })
  const [low, high] = uncertainty.reduce(([a, b], each) => [Math.min(a, each), Math.max(b, each)], [
    Infinity,
    -Infinity
  ] as [number, number])
  const fit: ScoreMap = { kind: 'map', method, offset, map, band, low, high }
  return { fit, report: reportOf(report, examples, (each) => towardsUncertain(scorer.direction, each)) }
}

/** Fits the combination of several scorers; its figures, those of the order too, are cross-fitted. */
export function* fitTogether(examples: GatheredExamples): Generator<void, Fitted> {
  const { uncertainty, quality } = examples
  const fit: JointMap = { kind: 'joint', ...fitJoint(uncertainty, quality) }
  yield
  const wrong = crossFit(
    quality.length,
    (indexes) =>
      fitJoint(
        indexes.map((i) => uncertainty[i]!),
        indexes.map((i) => quality[i]!)
      ),
    (held, i) => jointProbability(held, ranksOf(held, uncertainty[i]!))
  )!
  const answers = { uncertainty: wrong, confidence: wrong.map((each) => 1 - each), quality }
  const report = yield* calibrationReport(answers)
  return { fit, report: reportOf(report, examples, (each) => each) }
}

function reportOf(
  report: CalibrationReport,
  { quality, unscored }: GatheredExamples,
  onScale: (uncertainty: number) => number
): CalibrationBody['report'] {
  const named = <T>(of: (figure: (typeof FIGURES)[number]) => T) =>
    Object.fromEntries(FIGURES.map((figure) => [NAMES[figure], of(figure)]))
  return {
    n: quality.length,
    unscored,
    right: quality.filter((grade) => grade >= 0.5).length,
    ...(named((figure) => report.figures[figure]) as Pick<CalibrationBody['report'], 'auroc'>),
    brier_decomposition: report.brierParts,
    reliability: report.reliability.map(binResource),
    intervals: named((figure) => {
      const interval = report.intervals[figure]
      return interval === null ? null : [interval.low, interval.high]
    }),
    reliability_equal_mass: report.reliabilityEqualMass.map(binResource),
    risk_coverage: report.riskCoverage.map(({ uncertainty, coverage, risk }) => ({
      score: onScale(uncertainty),
      coverage,
      risk
    }))
  } as CalibrationBody['report']
}

function binResource({ low, high, meanConfidence, accuracy, n }: ReliabilityBin) {
  return { low, high, mean_confidence: meanConfidence, accuracy, n }
}
