/**
 * How well an uncertainty and the confidence made of it do on labelled answers (formulas.md §8). Confidence is
 * cross-fitted: no answer is judged by a map that saw its label.
 */
import { bootstrapFigures, type Interval } from './bootstrap.js'
import { brierParts, debiasedCalibrationError, type BrierParts } from './calibration-error.js'
import { auarc, auprc, auroc, aurc, prr } from './metrics.js'
import {
  brier,
  equalMassBins,
  equalWidthBins,
  expectedCalibrationError,
  logLoss,
  type ReliabilityBin
} from './reliability.js'
import { riskCoverage, type RiskCoveragePoint } from './risk-coverage.js'

/** Names of the figures. The first five are of the uncertainty, the others of the confidence. */
export const FIGURES = [
  'auroc',
  'auprc',
  'aurc',
  'auarc',
  'prr',
  'brier',
  'logLoss',
  'ece',
  'eceEqualMass',
  'eceDebiased'
] as const
export type FigureName = (typeof FIGURES)[number]
export type Figures = Readonly<Record<FigureName, number | null>>

export interface CalibrationReport {
  /** Null where undefined. */
  readonly figures: Figures
  /** 95 % bootstrap intervals, the confidence of each answer held fixed. */
  readonly intervals: Readonly<Record<FigureName, Interval | null>>
  readonly brierParts: BrierParts | null
  /** Bins of equal width, without the empty ones. */
  readonly reliability: readonly ReliabilityBin[]
  readonly reliabilityEqualMass: readonly ReliabilityBin[]
  readonly riskCoverage: readonly RiskCoveragePoint[]
}

/** Answers with what was said of them. `confidence` is null for fewer than two. */
export interface JudgedAnswers {
  readonly uncertainty: readonly number[]
  readonly confidence: readonly number[] | null
  /** In [0, 1]; below one half is wrong. */
  readonly quality: readonly number[]
}

function figuresOf({ uncertainty, confidence, quality }: JudgedAnswers): Figures {
  const wrong = quality.map((each) => each < 0.5)
  return {
    auroc: auroc(uncertainty, wrong),
    auprc: auprc(uncertainty, wrong),
    aurc: aurc(uncertainty, quality),
    auarc: auarc(uncertainty, quality),
    prr: prr(uncertainty, quality),
    brier: confidence && brier(confidence, quality),
    logLoss: confidence && logLoss(confidence, quality),
    ece: confidence && expectedCalibrationError(equalWidthBins(confidence, quality)),
    eceEqualMass: confidence && expectedCalibrationError(equalMassBins(confidence, quality)),
    eceDebiased: confidence && debiasedCalibrationError(confidence, quality)
  }
}

function drawn({ uncertainty, confidence, quality }: JudgedAnswers, indexes: readonly number[]): JudgedAnswers {
  const pick = (values: readonly number[]): readonly number[] => indexes.map((i) => values[i]!)
  return { uncertainty: pick(uncertainty), confidence: confidence && pick(confidence), quality: pick(quality) }
}

/** The report. Yields between draws of the bootstrap, so that a caller may let other work pass. */
export function* calibrationReport(answers: JudgedAnswers): Generator<void, CalibrationReport> {
  const { uncertainty, confidence, quality } = answers
  const figures = figuresOf(answers)
  const n = quality.length
  const intervals = yield* bootstrapFigures(n, figures, (indexes) => figuresOf(drawn(answers, indexes)))
  return {
    figures,
    intervals,
    brierParts: confidence && brierParts(confidence, quality),
    reliability: confidence === null ? [] : equalWidthBins(confidence, quality),
    reliabilityEqualMass: confidence === null ? [] : equalMassBins(confidence, quality),
    riskCoverage: riskCoverage(uncertainty, quality)
  }
}
