/**
 * Rows that share a history share their computation. A branch is a set of rows whose tokens so far are equal: it holds one
 * slot, and it splits when its rows draw different tokens. Equal history means equal state, so nothing is approximated.
 */
import type { Decoding, Distribution } from '../engine.js'
import type { Slab } from './slab.js'

/** A token with its statistics, before it is turned into text. */
export interface RawToken {
  readonly id: number
  readonly logprob: number
  readonly entropy: number
  readonly topIds: readonly number[]
  readonly topLogprobs: readonly number[]
  /** Null where it was not asked for. */
  readonly distribution: Distribution | null
}

/** One row that was asked for. */
export interface MemberRow {
  readonly index: number
  readonly decoding: Decoding
  readonly tokens: RawToken[]
  /** Tells, with each token's id, whether a stop string is complete. Null when there are none. */
  readonly stopped: ((id: number) => boolean) | null
}

/** The rows of one generate request. */
export interface Group {
  readonly seed: number
  /** Number of the first row among all rows that draw with the seed. */
  readonly firstRow: number
  readonly maxTokens: number
  readonly topCount: number
  /** Whether greedy rows carry statistics of the whole vocabulary. */
  readonly distributions: boolean
  readonly ignoreEnd: boolean
  readonly promptLength: number
  /** The prompt's K/V, one slot; null until the prompt has run. */
  promptSlab: Slab | null
  /** Branches that wait for a slot; their K/V is the prompt's. */
  readonly waiting: Branch[]
  /** Rows that hold a slot, alone or shared. */
  running: number
  /** Rows that have not finished yet. */
  unfinished: number
  cancelled: boolean
  /** Called with every token that a row draws, before the row may finish. Absent: nobody listens. */
  readonly drawn?: (row: MemberRow) => void
  /** Called once per row. */
  finish(row: MemberRow, reason: 'stop' | 'length'): void
  /** Called at most once; no row finishes after it. */
  fail(error: unknown): void
}

export interface Branch {
  readonly group: Group
  rows: MemberRow[]
  /** Token to feed next; its K/V is not stored yet. */
  next: number
  /** Tokens whose K/V is stored. */
  length: number
}

/** Takes at most `count` rows off the first waiting branch of a group; the branch stays while it has rows left. */
export function takeRows(group: Group, count: number): Branch | null {
  const branch = group.waiting[0]
  if (branch === undefined || count < 1) return null
  if (branch.rows.length <= count) return group.waiting.shift()!
  const taken = branch.rows.slice(0, count)
  branch.rows = branch.rows.slice(count)
  return { ...branch, rows: taken }
}

/** Splits rows by the token that each drew last, in order of first appearance. */
export function splitByToken(rows: readonly MemberRow[]): ReadonlyMap<number, MemberRow[]> {
  const parts = new Map<number, MemberRow[]>()
  for (const row of rows) {
    const id = row.tokens.at(-1)!.id
    const part = parts.get(id)
    if (part === undefined) parts.set(id, [row])
    else part.push(row)
  }
  return parts
}
