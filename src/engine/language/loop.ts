/**
 * Continuous batching. Each iteration: drop cancelled rows, give free slots to waiting rows, decode one step for all rows,
 * run at most one prefill chunk. Free slots go to the request that has the fewest rows running, so that a large request
 * never starves a small one.
 */
import { type Cohort, LaneSlabs } from './lane-slabs.js'
import type { LoopSettings } from './loop-settings.js'
import { finishPrefill, type PrefillTask, runChunk, startPrefill } from './prefill.js'
import { PrefillTurns } from './prefill-turns.js'
import { type Branch, type Group, type MemberRow, splitByToken, takeRows } from './rows.js'
import { drawToken, type RowWants, wantRows } from './wants.js'

/** Groups that may be prefilled ahead while all rows are taken, so that a newcomer gets the next free row. */
const GROUPS_AHEAD = 2

export class LanguageLoop {
  readonly #settings: LoopSettings
  readonly #slabs: LaneSlabs
  readonly #groups = new Set<Group>()
  readonly #prefills: PrefillTurns
  #active: Promise<void> | null = null

  constructor(settings: LoopSettings) {
    this.#settings = settings
    this.#slabs = new LaneSlabs(settings.decoder.shape, settings.slabs)
    this.#prefills = new PrefillTurns((task) => startPrefill(task, settings.decoder, settings.cache))
  }

  /** Rows that hold a slot, alone or shared. */
  get running(): number {
    return [...this.#groups].reduce((total, group) => total + group.running, 0)
  }

  get waiting(): number {
    const rows = [...this.#groups].flatMap((group) => group.waiting.map((branch) => branch.rows.length))
    return rows.reduce((total, count) => total + count, 0) + this.#prefills.size
  }

  get kvBytes(): number {
    return this.#slabs.bytes + this.#settings.cache.bytes
  }

  /** Queues a sequence to run. */
  enqueue(task: PrefillTask): void {
    this.#prefills.add(task)
    this.#active ??= this.#work()
  }

  /** Takes over the rows of a group whose prompt has just run; their first tokens are drawn from its last position. */
  adopt(group: Group, wants: RowWants, result: Parameters<typeof drawToken>[1]): void {
    this.#groups.add(group)
    const rows = this.#advance(
      group,
      wants,
      result,
      wants.entries.map((_, index) => index)
    )
    for (const [next, part] of splitByToken(rows)) {
      group.waiting.push({ group, rows: part, next, length: group.promptLength })
    }
  }

  /** Resolves when the step that is running has ended and nothing is left to do. */
  async drained(): Promise<void> {
    await this.#active
  }

  #hasWork(): boolean {
    return this.#prefills.size > 0 || this.#groups.size > 0
  }

  async #work(): Promise<void> {
    await new Promise(setImmediate)
    try {
      while (this.#hasWork()) await this.#iterate()
    } finally {
      // Not in a later microtask: work that arrives from there on must start the loop anew.
      this.#active = null
    }
  }

  async #iterate(): Promise<void> {
    this.#reap()
    this.#startWaiting()
    for (const cohort of [...this.#slabs.cohorts]) {
      await this.#decode(cohort)
      this.#reap()
    }
    await this.#advancePrefill()
  }

  #reap(): void {
    for (const group of this.#groups) if (group.cancelled) this.#drop(group)
    for (const cohort of this.#slabs.cohorts) this.#slabs.sweep(cohort, (branch) => this.#groups.has(branch.group))
    this.#slabs.settle()
    this.#prefills.dropCancelled()
  }

  #drop(group: Group): void {
    group.waiting.length = 0
    group.running = 0
    this.#groups.delete(group)
  }

  #neediest(): Group | null {
    let best: Group | null = null
    for (const group of this.#groups) {
      if (group.waiting.length > 0 && (best === null || group.running < best.running)) best = group
    }
    return best
  }

  #startWaiting(): void {
    let free = this.#settings.maxRows - this.running
    for (let group = this.#neediest(); group !== null && free > 0; group = this.#neediest()) {
      const branch = takeRows(group, free)!
      this.#slabs.place(branch, group.promptSlab!, 0)
      group.running += branch.rows.length
      free -= branch.rows.length
    }
  }

  async #decode(cohort: Cohort): Promise<void> {
    const { decoder, exclusive, meter } = this.#settings
    const branches = [...cohort.branches]
    if (branches.length === 0) return
    const lengths = branches.map((branch) => branch.length)
    const entries = branches.flatMap((branch, position) =>
      branch.rows.map((row) => ({ position, group: branch.group, row }))
    )
    const wants = wantRows(entries, decoder.shape.vocabulary)
    const ids = branches.map((branch) => branch.next)
    const cache = cohort.slab.view(branches.length)
    const run = { ids, rows: branches.length, steps: 1, lengths, cache, wanted: wants.wanted }
    try {
      const result = await exclusive(() =>
        meter.time('decode', { items: branches.length, tokens: entries.length, paddedTokens: branches.length }, () =>
          decoder.run(run)
        )
      )
      cohort.slab.append(result.newCache, lengths, 1)
      let first = 0
      branches.forEach((branch, slot) => {
        branch.length += 1
        const indexes = branch.rows.map((_, at) => first + at)
        first += branch.rows.length
        this.#split(cohort, slot, this.#advance(branch.group, wants, result, indexes))
      })
      this.#slabs.sweep(cohort, (branch) => branch.rows.length > 0)
      this.#slabs.settle()
    } catch (error) {
      this.#fail(branches, error)
    }
  }

  /** The first part of the rows stays in its slot; every other part gets a slot of its own. */
  #split(cohort: Cohort, slot: number, rows: readonly MemberRow[]): void {
    const branch = cohort.branches[slot]!
    branch.rows = []
    for (const [next, part] of splitByToken(rows)) {
      if (branch.rows.length === 0) {
        branch.rows = part
        branch.next = next
      } else {
        this.#slabs.place({ group: branch.group, rows: part, next, length: branch.length }, cohort.slab, slot)
      }
    }
  }

  /** Draws one token for each row; rows that end are finished. Returns the others. */
  #advance(
    group: Group,
    wants: RowWants,
    result: Parameters<typeof drawToken>[1],
    indexes: readonly number[]
  ): MemberRow[] {
    return indexes.flatMap((index) => {
      const { row } = wants.entries[index]!
      row.tokens.push(drawToken(wants, result, index, this.#settings.decoder.shape.vocabulary))
      group.drawn?.(row)
      const reason = this.#finishReason(group, row)
      if (reason === null) return [row]
      this.#finish(group, row, reason)
      return []
    })
  }

  #finishReason(group: Group, row: MemberRow): 'stop' | 'length' | null {
    const { id } = row.tokens.at(-1)!
    if (this.#settings.ends.has(id) && !group.ignoreEnd) return 'stop'
    if (row.stopped?.(id) === true) return 'stop'
    return row.tokens.length >= group.maxTokens ? 'length' : null
  }

  #finish(group: Group, row: MemberRow, reason: 'stop' | 'length'): void {
    if (group.running > 0) group.running -= 1
    group.finish(row, reason)
    if (group.unfinished === 0) this.#groups.delete(group)
  }

  #fail(branches: readonly Branch[], error: unknown): void {
    for (const group of new Set(branches.map((branch) => branch.group))) {
      this.#drop(group)
      group.fail(error)
    }
    this.#reap()
  }

  #mayPrefill(task: PrefillTask): boolean {
    if (!task.startsRows || this.running < this.#settings.maxRows) return true
    return [...this.#groups].filter((group) => group.running === 0).length < GROUPS_AHEAD
  }

  async #advancePrefill(): Promise<void> {
    const { decoder, cache, exclusive, meter } = this.#settings
    const prefill = this.#prefills.next((task) => this.#mayPrefill(task))
    if (prefill === null) return
    try {
      const before = prefill.stored
      await exclusive(() =>
        meter.time('prefill', { items: 1, tokens: 0, paddedTokens: 0 }, () => runChunk(prefill, decoder))
      )
      meter.addTokens('prefill', prefill.stored - before)
      if (prefill.stored < prefill.task.ids.length) {
        this.#prefills.pass()
        return
      }
      this.#prefills.end()
      finishPrefill(prefill, decoder, cache)
    } catch (error) {
      this.#prefills.end()
      prefill.task.onError(error)
    }
  }
}
