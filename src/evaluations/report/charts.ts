/** Charts as SVG text, drawn on the server: no script, no style sheet from elsewhere. */
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { EvaluationBody, EvaluationRow } from '../../schemas/evaluation.js'

type Curve = EvaluationBody['risk_coverage'][string]
type Bins = EvaluationBody['reliability'][string]
type Histogram = EvaluationBody['histograms'][string]

/** Colours of right and wrong, and of lines; told apart with impaired colour vision too. */
export const COLOURS = { right: '#2f6f9f', wrong: '#d1603d', line: '#2f6f9f', aid: '#9a9a9a' } as const
/** Colours of several curves in one chart, in order. */
export const SERIES = ['#2f6f9f', '#d1603d', '#3f8f5f', '#8a5aa8', '#b08a1e', '#555555'] as const

const SIZE = { width: 320, height: 240, marginLeft: 48, marginBottom: 40, marginTop: 28, marginRight: 16 } as const
const percent = (value: number): string => `${Math.round(100 * value)} %`

function draw(label: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html><body></body></html>')
  const svg = Plot.plot({ ...options, document: document as never }) as unknown as {
    setAttribute(name: string, value: string): void
    readonly outerHTML: string
  }
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label)
  svg.setAttribute('font-family', 'inherit')
  return svg.outerHTML
}

/** Confidence against accuracy; on the diagonal confidence says what it is. The area of a dot is its share of answers. */
export function reliabilityChart(scorer: string, bins: Bins): string {
  const unit = { domain: [0, 1], tickFormat: percent, ticks: 5 }
  return draw(`Reliability of ${scorer}`, {
    ...SIZE,
    x: { ...unit, label: 'Confidence' },
    y: { ...unit, label: 'Accuracy', grid: true },
    r: { range: [2, 11] },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1]
        ],
        { stroke: COLOURS.aid, strokeDasharray: '4 3' }
      ),
      Plot.line(bins, { x: 'mean_confidence', y: 'accuracy', stroke: COLOURS.line, strokeOpacity: 0.5 }),
      Plot.dot(bins, { x: 'mean_confidence', y: 'accuracy', r: 'n', fill: COLOURS.line, fillOpacity: 0.8 })
    ]
  })
}

const riskAxis = (curves: readonly Curve[], errorRate: number) => {
  const most = Math.max(errorRate, ...curves.flatMap((curve) => curve.map(({ risk }) => risk)))
  return {
    domain: [0, Math.min(1, Math.max(0.05, most * 1.05))],
    label: 'Error',
    tickFormat: percent,
    grid: true,
    ticks: 5
  }
}
const COVERAGE = { domain: [0, 1], label: 'Answers kept', tickFormat: percent, ticks: 5 }

/** Error among the most certain answers, by their share; the dashed line is what a random order gives. */
export function riskChart(scorer: string, curve: Curve): string {
  const errorRate = curve.at(-1)?.risk ?? 0
  return draw(`Risk and coverage of ${scorer}`, {
    ...SIZE,
    x: COVERAGE,
    y: riskAxis([curve], errorRate),
    marks: [
      Plot.ruleY([errorRate], { stroke: COLOURS.aid, strokeDasharray: '4 3' }),
      Plot.line(curve, { x: 'coverage', y: 'risk', stroke: COLOURS.line, strokeWidth: 2 })
    ]
  })
}

/** The curves of several scorers in one chart, in the order of `SERIES`. */
export function riskOverview(curves: readonly Curve[], errorRate: number): string {
  return draw('Risk and coverage of the best scorers', {
    ...SIZE,
    width: 560,
    height: 320,
    x: COVERAGE,
    y: riskAxis(curves, errorRate),
    marks: [
      Plot.ruleY([errorRate], { stroke: COLOURS.aid, strokeDasharray: '4 3' }),
      ...curves.map((curve, i) => Plot.line(curve, { x: 'coverage', y: 'risk', stroke: SERIES[i]!, strokeWidth: 2 }))
    ]
  })
}

/** Right and wrong answers by score: right ones upwards, wrong ones downwards from the same line. */
export function scoreChart(scorer: string, unit: string, bins: Histogram): string {
  const most = Math.max(1, ...bins.flatMap(({ right, wrong }) => [right, wrong]))
  const low = bins[0]?.low ?? 0
  const high = bins.at(-1)?.high ?? 1
  const pad = low === high ? 0.5 : 0
  const bar = { x1: 'low', x2: 'high', inset: 0.5 }
  const flat = bins.map((bin) => ({ ...bin, low: bin.low - pad, high: bin.high + pad }))
  return draw(`Scores of ${scorer} of right and wrong answers`, {
    ...SIZE,
    x: { domain: [low - pad, high + pad], label: unit, ticks: 5 },
    y: {
      domain: [-most, most],
      label: 'Answers',
      grid: true,
      ticks: 5,
      tickFormat: (count: number) => (Number.isInteger(count) ? String(Math.abs(count)) : '')
    },
    marks: [
      Plot.rectY(flat, { ...bar, y1: 0, y2: 'right', fill: COLOURS.right }),
      Plot.rectY(flat, { ...bar, y1: 0, y2: (bin: Histogram[number]) => -bin.wrong, fill: COLOURS.wrong }),
      Plot.ruleY([0])
    ]
  })
}

/** AUROC of every scorer with its interval; the dashed line is chance. */
export function aurocChart(rows: readonly EvaluationRow[]): string {
  const known = rows
    .filter(({ auroc }) => auroc.value !== null)
    .map(({ scorer, auroc }) => ({
      scorer,
      value: auroc.value!,
      low: auroc.low ?? auroc.value!,
      high: auroc.high ?? auroc.value!
    }))
  const least = Math.min(0.45, ...known.map(({ low }) => low))
  return draw('AUROC of every scorer with its 95 % interval', {
    width: 560,
    height: 56 + 20 * known.length,
    marginLeft: 190,
    marginRight: 16,
    marginTop: 12,
    marginBottom: 40,
    x: { domain: [Math.floor(least * 20) / 20, 1], label: 'AUROC', grid: true },
    y: { domain: known.map(({ scorer }) => scorer), label: null, tickSize: 0 },
    marks: [
      Plot.ruleX([0.5], { stroke: COLOURS.aid, strokeDasharray: '4 3' }),
      Plot.ruleY(known, {
        y: 'scorer',
        x1: 'low',
        x2: 'high',
        stroke: COLOURS.line,
        strokeWidth: 2,
        strokeOpacity: 0.5
      }),
      Plot.dot(known, { y: 'scorer', x: 'value', fill: COLOURS.line, r: 4 })
    ]
  })
}
