/** What a probe found, in words for people. */
import type { Capabilities } from '../contract.js'
import type { DialectName } from '../settings.js'

/** An upstream that was asked; `capabilities` is null when it could not be asked. */
export interface Probed {
  readonly alias: string
  readonly dialect: DialectName | null
  /** Whether a server answers there, be it with a refusal. */
  readonly reachable: boolean
  readonly capabilities: Capabilities | null
  /** Why it could not be asked, or why calls fail; null when all is well. */
  readonly problem: string | null
}

/** Headings of the columns. */
export const COLUMNS = [
  'alias',
  'dialect',
  'reachable',
  'log-probs',
  'alternatives',
  'n',
  'seed',
  'basis',
  'forcing',
  'problem'
] as const

function yesOrNo(value: boolean | null | undefined): string {
  if (value === true) return 'yes'
  return value === false ? 'no' : '?'
}

/** One row of the table, in the order of `COLUMNS`; `?` is what was not found out. */
export function describeCapabilities({ alias, dialect, reachable, capabilities, problem }: Probed): readonly string[] {
  return [
    alias,
    dialect ?? '?',
    yesOrNo(reachable),
    yesOrNo(capabilities?.logprobs),
    String(capabilities?.topLogprobs ?? '?'),
    yesOrNo(capabilities?.n),
    yesOrNo(capabilities?.seed),
    capabilities?.basis ?? '?',
    yesOrNo(capabilities?.forcing),
    problem ?? ''
  ]
}

const lineOf = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, i) => cell.padEnd(widths[i]!))
    .join('  ')
    .trimEnd()

/** The rows under their headings, in columns of equal width; lines are joined by newlines. */
export function probeTable(probed: readonly Probed[]): string {
  const rows = [[...COLUMNS], ...probed.map(describeCapabilities)]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) => lineOf(row, widths)).join('\n')
}
