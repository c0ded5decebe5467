/** Collects the distributions that a run must yield, and reads the drawn tokens back. */
import type { RunResult, Wanted } from './decoder.js'
import { distributionOf } from './distribution.js'
import { type Drawn, draw, TRUNCATION_TOP, truncates } from './draw.js'
import { uniform } from './random.js'
import type { Group, MemberRow, RawToken } from './rows.js'

/** One wanted distribution: at `position` of the run, for a row of a group. */
export interface RowWant {
  readonly position: number
  readonly group: Group
  readonly row: MemberRow
}

/** The wants of a run together with what is needed to read its answers. */
export interface RowWants {
  readonly wanted: Wanted
  readonly entries: readonly RowWant[]
  /** Index among the whole rows by position of the run. */
  readonly fullIndex: ReadonlyMap<number, number>
}

function drawNumber({ group, row }: RowWant): number {
  return uniform(group.seed, group.firstRow + row.index, row.tokens.length)
}

/** Lists of the most probable entries must hold what callers asked for and what truncated draws look at. */
function topCountOf(entries: readonly RowWant[], vocabulary: number): number {
  const asked = entries.map(({ group, row }) =>
    Math.max(1, group.topCount, truncates(row.decoding) ? TRUNCATION_TOP : 0)
  )
  return Math.min(vocabulary, Math.max(1, ...asked))
}

function describes({ group, row }: RowWant): boolean {
  return group.distributions && row.decoding.temperature === 0
}

/** Rows that share a position share its whole row of log-probabilities: for truncated draws and for statistics. */
function fullRowsOf(entries: readonly RowWant[]): { readonly full: number[]; readonly fullIndex: Map<number, number> } {
  const full: number[] = []
  const fullIndex = new Map<number, number>()
  entries.forEach((entry, index) => {
    const isNeeded = truncates(entry.row.decoding) || describes(entry)
    if (!isNeeded || fullIndex.has(entry.position)) return
    fullIndex.set(entry.position, full.length)
    full.push(index)
  })
  return { full, fullIndex }
}

/** What a run must compute for these rows. `vocabulary` bounds the top lists. */
export function wantRows(entries: readonly RowWant[], vocabulary: number): RowWants {
  const { full, fullIndex } = fullRowsOf(entries)
  return {
    entries,
    fullIndex,
    wanted: {
      positions: entries.map((entry) => entry.position),
      targets: entries.map(() => 0),
      temperatures: entries.map(({ row }) => (row.decoding.temperature > 0 ? row.decoding.temperature : 1)),
      uniforms: entries.map(drawNumber),
      topCount: topCountOf(entries, vocabulary),
      full
    }
  }
}

/** Which wanted distribution is read, how wide the run's top lists are, and how many alternatives are kept. */
export interface Reading {
  readonly index: number
  readonly width: number
  readonly count: number
  /** The whole row of log-probabilities, for its statistics; null when they are not asked for. */
  readonly whole: Float32Array | null
}

/** The statistics of one wanted distribution as a token. */
export function rawToken(result: RunResult, { index, width, count, whole }: Reading, token: Drawn): RawToken {
  const from = index * width
  return {
    ...token,
    entropy: result.entropies[index]!,
    topIds: result.topIds.slice(from, from + count),
    topLogprobs: Array.from(result.topLogprobs.subarray(from, from + count)),
    distribution: whole === null ? null : distributionOf(whole, token.id)
  }
}

/** Whole row `index` of a run. */
export function wholeRow(result: RunResult, index: number, vocabulary: number): Float32Array {
  return result.fullLogprobs.subarray(index * vocabulary, (index + 1) * vocabulary)
}

/** The token that entry `index` draws. */
export function drawToken(wants: RowWants, result: RunResult, index: number, vocabulary: number): RawToken {
  const entry = wants.entries[index]!
  const width = wants.wanted.topCount
  const fullRow = () => wholeRow(result, wants.fullIndex.get(entry.position)!, vocabulary)
  const drawn = draw(result, index, width, entry.row.decoding, drawNumber(entry), fullRow)
  const whole = describes(entry) ? fullRow() : null
  return rawToken(result, { index, width, count: Math.min(entry.group.topCount, width), whole }, drawn)
}
