import t from 'tap'
import { brierParts, debiasedCalibrationError } from '../../src/math/calibration-error.js'
import { calibrationReport } from '../../src/math/calibration-report.js'
import { seededRandom } from '../../src/math/random.js'
import { riskCoverage } from '../../src/math/risk-coverage.js'
import { finish } from '../fixtures/finish.js'

const uncertainty = [
  0.09, 0.24, 0.8, 0.58, 0.09, 0.43, 0.48, 0.16, 0.73, 0.11, 0.39, 0.52, 0.43, 0.59, 0.74, 0.96, 0.28, 0.65, 0.7, 0.29,
  0, 0.97, 0.3, 0.31, 0.89, 0.59, 0.47, 0.77, 0.03, 0.71, 0.37, 0.09, 0.66, 0.93, 0.21, 0.63, 0.3, 0.74, 0.72, 0.22
]
const wrong = [
  0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0
]
const confidence = [
  0.91, 0.7, 0.01, 0.67, 0.99, 0.68, 0.69, 0.89, 0.17, 0.77, 0.49, 0.69, 0.35, 0.32, 0.21, 0.07, 0.81, 0.16, 0.04, 0.71,
  0.99, 0.14, 0.73, 0.64, 0.15, 0.37, 0.65, 0.11, 0.99, 0.27, 0.71, 0.94, 0.72, 0.29, 0.99, 0.06, 0.65, 0.17, 0.36, 0.44
]
const quality = wrong.map((each) => 1 - each)
const near = (a: number | null | undefined, b: number, tolerance = 1e-9) => Math.abs(a! - b) <= tolerance

t.test('figures agree with scikit-learn', async (t) => {
  const { figures } = finish(calibrationReport({ uncertainty, confidence, quality }))
  t.ok(near(figures.auroc, 0.7702020202020201))
  t.ok(near(figures.auprc, 0.7448044823164927))
  t.ok(near(figures.brier, 0.19537))
  t.ok(near(figures.logLoss, 0.6221205648551082))
})

t.test('the Brier score is reliability less resolution plus uncertainty', async (t) => {
  const parts = brierParts(confidence, quality)!
  t.ok(near(parts.reliability, 0.0317433125))
  t.ok(near(parts.uncertainty, 0.2475))
  t.ok(near(parts.resolution, 0.0838733125))
  const grades = quality.map((each, i) => each * (1 - i / 100))
  const { reliability, resolution, uncertainty: spread } = brierParts(confidence, grades)!
  const score = grades.reduce((sum, each, i) => sum + (confidence[i]! - each) ** 2, 0) / grades.length
  t.ok(near(reliability - resolution + spread, score))
  t.equal(brierParts([], []), null)
})

t.test('the debiased error of calibrated confidence is smaller than the plain one, and of a gap the gap', async (t) => {
  const random = seededRandom(11)
  const said = Array.from({ length: 600 }, () => random())
  const labels = said.map((each) => (random() < each ? 1 : 0))
  const { figures } = finish(
    calibrationReport({ uncertainty: said.map((each) => 1 - each), confidence: said, quality: labels })
  )
  t.ok(figures.eceDebiased! < figures.eceEqualMass!, JSON.stringify(figures))
  const sure = labels.map(() => 0.9)
  const half = labels.map((_, i) => i % 2)
  t.ok(near(debiasedCalibrationError(sure, half), 0.4, 1e-3))
  t.equal(debiasedCalibrationError([0.5], [1]), null)
  t.ok(
    near(debiasedCalibrationError([0.1, 0.1, 0.1, 0.9], [0, 0, 0, 1]), 0.1 * Math.sqrt(3 / 4)),
    'one alone in its bin'
  )
})

t.test('an interval holds its figure, is the same every time, and narrows with more answers', async (t) => {
  const few = finish(calibrationReport({ uncertainty, confidence, quality }))
  t.same(few, finish(calibrationReport({ uncertainty, confidence, quality })))
  const repeat = (values: readonly number[]) => Array.from({ length: 100 }, () => values).flat()
  const many = finish(
    calibrationReport({ uncertainty: repeat(uncertainty), confidence: repeat(confidence), quality: repeat(quality) })
  )
  const width = ({ intervals }: typeof few) => intervals.auroc!.high - intervals.auroc!.low
  t.ok(few.intervals.auroc!.low < few.figures.auroc! && few.figures.auroc! < few.intervals.auroc!.high)
  t.ok(width(many) > width(few) / 15 && width(many) < width(few) / 6, `${width(few)} ${width(many)}`)
})

t.test('labels that agree, and one answer alone, have figures where these are defined', async (t) => {
  const agreed = finish(calibrationReport({ uncertainty: [1, 2], confidence: [0.9, 0.8], quality: [1, 1] }))
  t.match(agreed.figures, { auroc: null, auprc: null, prr: null, aurc: 0 })
  t.equal(agreed.intervals.auroc, null)
  t.ok(agreed.figures.brier! > 0)
  const alone = finish(calibrationReport({ uncertainty: [1], confidence: null, quality: [1] }))
  t.match(alone, { figures: { brier: null, ece: null, auroc: null }, brierParts: null, reliability: [] })
})

t.test('risk and coverage have one point per distinct uncertainty', async (t) => {
  t.same(riskCoverage([0.2, 0.1, 0.2, 0.5], [1, 1, 0, 0]), [
    { uncertainty: 0.1, coverage: 0.25, risk: 0 },
    { uncertainty: 0.2, coverage: 0.75, risk: 1 / 3 },
    { uncertainty: 0.5, coverage: 1, risk: 0.5 }
  ])
  const many = Array.from({ length: 1000 }, (_, i) => i)
  const points = riskCoverage(
    many,
    many.map(() => 1)
  )
  t.equal(points.length, 100)
  t.equal(points.at(-1)!.coverage, 1)
  t.equal(points[0]!.coverage, 0.01)
})
