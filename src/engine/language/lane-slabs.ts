/** Where running branches live: slabs by length class, so that a long row does not make every short row pay for its capacity. */
import type { DecoderShape } from '../onnx/language-edit.js'
import type { Branch } from './rows.js'
import { Slab } from './slab.js'

const GRAIN = 32
const FIRST_CLASS = 128

/** How rows are put together. */
export interface SlabPolicy {
  /** Rows per run; 1 when the model must not batch. */
  readonly maxRows: number
  /** True when a row's numbers could depend on the capacity of the view: rows of equal capacity only are put together. */
  readonly fixedCapacity: boolean
}

/** Branches that run together; `branches[slot]` owns the slot. */
export interface Cohort {
  readonly slab: Slab
  readonly branches: Branch[]
  readonly sizeClass: number
}

function roundUp(value: number, grain: number): number {
  return Math.ceil(value / grain) * grain
}

export class LaneSlabs {
  readonly #shape: DecoderShape
  readonly #policy: SlabPolicy
  readonly cohorts: Cohort[] = []

  constructor(shape: DecoderShape, policy: SlabPolicy) {
    this.#shape = shape
    this.#policy = policy
  }

  get bytes(): number {
    return this.cohorts.reduce((total, cohort) => total + cohort.slab.bytes, 0)
  }

  get branchCount(): number {
    return this.cohorts.reduce((total, cohort) => total + cohort.branches.length, 0)
  }

  /** Capacity that a branch of `length` stored tokens needs for its next one, and the class that it runs in. */
  #classOf(length: number): number {
    const needed = roundUp(length + 1, GRAIN)
    if (this.#policy.fixedCapacity) return needed
    return Math.max(FIRST_CLASS, 2 ** Math.ceil(Math.log2(needed)))
  }

  /** Puts a branch into a slot and copies its K/V from another slab. */
  place(branch: Branch, source: Slab, sourceSlot: number): void {
    const sizeClass = this.#classOf(branch.length)
    const cohort = this.#roomIn(sizeClass) ?? this.#open(sizeClass)
    const slot = cohort.branches.length
    cohort.slab.reserve(slot + 1, roundUp(branch.length + 1, GRAIN), slot)
    cohort.slab.copyFrom(source, sourceSlot, slot, branch.length)
    cohort.branches.push(branch)
  }

  #roomIn(sizeClass: number): Cohort | undefined {
    return this.cohorts.find(
      (cohort) => cohort.sizeClass === sizeClass && cohort.branches.length < this.#policy.maxRows
    )
  }

  #open(sizeClass: number): Cohort {
    const capacity = this.#policy.fixedCapacity ? sizeClass : GRAIN
    const cohort = { slab: new Slab(this.#shape, Math.min(4, this.#policy.maxRows), capacity), branches: [], sizeClass }
    this.cohorts.push(cohort)
    return cohort
  }

  /** Frees the slots of a cohort whose branches `keep` refuses: the last live row moves into each gap. */
  sweep(cohort: Cohort, keep: (branch: Branch) => boolean): void {
    const { branches, slab } = cohort
    for (let slot = branches.length - 1; slot >= 0; slot--) {
      if (keep(branches[slot]!)) continue
      const last = branches.pop()!
      if (slot === branches.length) continue
      slab.copyFrom(slab, branches.length, slot, last.length)
      branches[slot] = last
    }
  }

  /** Moves branches that outgrew their class, makes room for the next token of the others, drops empty cohorts. */
  settle(): void {
    for (const cohort of [...this.cohorts]) {
      const grown = cohort.branches.filter((branch) => this.#classOf(branch.length) !== cohort.sizeClass)
      for (const branch of grown) this.place(branch, cohort.slab, cohort.branches.indexOf(branch))
      if (grown.length > 0) this.sweep(cohort, (branch) => !grown.includes(branch))
      const longest = Math.max(0, ...cohort.branches.map((branch) => branch.length))
      cohort.slab.reserve(cohort.branches.length, roundUp(longest + 1, GRAIN), cohort.branches.length)
    }
    for (let at = this.cohorts.length - 1; at >= 0; at--) {
      if (this.cohorts[at]!.branches.length === 0) this.cohorts.splice(at, 1)
    }
  }
}
