/** One line of the table: a measurement, what it is held against, and what it should reach. */
import { shown, shownSpread, type Spread } from './spread.js'

/** A measurement with its unit; `of` says what was measured where the figure does not. */
export interface Reading {
  readonly of?: string
  readonly unit: 'ms' | 'tok/s' | 'req/s' | 'MB' | 's'
  readonly spread: Spread
}

export interface Target {
  readonly kind: 'at most' | 'at least'
  readonly value: number
  /** What must attain it: the ratio, or our own reading in its unit. Absent is the ratio. */
  readonly reads?: 'ratio' | 'ours'
}

export interface Line {
  readonly figure: string
  /** Null where there is nothing to compare with. */
  readonly baseline: Reading | null
  readonly ours: Reading
  /** Which way it is taken follows from the target: a cost is at most, a gain is at least. */
  readonly ratio: Spread | null
  readonly target: Target | null
}

/** One benchmark. */
export interface Figure {
  /** By which it is chosen on the command line. */
  readonly name: string
  /** Measures `rounds` times after a warm-up. Frees whatever it opened. */
  readonly measure: (rounds: number) => Promise<readonly Line[]>
}

/** A target for costs: the ratio may be at most this. */
export function atMost(value: number): Target {
  return { kind: 'at most', value }
}

/** A target for gains: the ratio must be at least this. */
export function atLeast(value: number): Target {
  return { kind: 'at least', value }
}

/** Whether the middle one attains the target; null where none is set. */
export function isMet({ ours, ratio, target }: Line): boolean | null {
  const reached = target?.reads === 'ours' ? ours.spread : ratio
  if (reached === null || target === null) return null
  return target.kind === 'at most' ? reached.median <= target.value : reached.median >= target.value
}

function readingCell(reading: Reading | null): string {
  if (reading === null) return '–'
  const value = `${shownSpread(reading.spread)} ${reading.unit}`
  return reading.of === undefined ? value : `${reading.of}: ${value}`
}

function targetCell({ target, ours }: Line): string {
  if (target === null) return '–'
  const unit = target.reads === 'ours' ? ` ${ours.unit}` : ''
  return `${target.kind === 'at most' ? '≤' : '≥'} ${shown(target.value)}${unit}`
}

function metCell(line: Line): string {
  const met = isMet(line)
  if (met === null) return '–'
  return met ? 'yes' : 'no'
}

/** The lines as one Markdown table. */
export function markdownTable(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.figure,
    readingCell(line.baseline),
    readingCell(line.ours),
    line.ratio === null ? '–' : shownSpread(line.ratio),
    targetCell(line),
    metCell(line)
  ])
  const head = ['figure', 'baseline', 'ours', 'ratio', 'target', 'met']
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
