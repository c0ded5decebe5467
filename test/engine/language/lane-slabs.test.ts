import fc from 'fast-check'
import t from 'tap'
import { type Cohort, LaneSlabs, type SlabPolicy } from '../../../src/engine/language/lane-slabs.js'
import type { Branch, Group } from '../../../src/engine/language/rows.js'
import { bytesPerToken, Slab } from '../../../src/engine/language/slab.js'

const SHAPE = { layers: 2, kvHeads: 3, headDim: 2, vocabulary: 8 }
const TENSORS = 2 * SHAPE.layers

const GROUP: Group = {
  seed: 0,
  firstRow: 0,
  maxTokens: 1,
  topCount: 0,
  distributions: false,
  ignoreEnd: false,
  promptLength: 0,
  promptSlab: null,
  waiting: [],
  running: 0,
  unfinished: 0,
  cancelled: false,
  finish: () => undefined,
  fail: () => undefined
}

/** What the cache holds for a token of one history, different for every tensor, head, position and dimension. */
function entry(history: number, tensor: number, head: number, position: number, dimension: number): number {
  return (((history * TENSORS + tensor) * SHAPE.kvHeads + head) * 500 + position) * SHAPE.headDim + dimension
}

/** [2L, rows, KV, steps, D] for rows that append `steps` tokens to `lengths` stored ones. */
function entries(histories: readonly number[], lengths: readonly number[], steps: number): Float32Array {
  const values: number[] = []
  for (let tensor = 0; tensor < TENSORS; tensor++) {
    histories.forEach((history, row) => {
      for (let head = 0; head < SHAPE.kvHeads; head++) {
        for (let step = 0; step < steps; step++) {
          for (let at = 0; at < SHAPE.headDim; at++) values.push(entry(history, tensor, head, lengths[row]! + step, at))
        }
      }
    })
  }
  return Float32Array.from(values)
}

function promptSlab(history: number, length: number): Slab {
  const slab = new Slab(SHAPE, 1, length)
  slab.append(entries([history], [0], length), [0], length)
  return slab
}

/** Every branch by the history that it should hold. */
type Model = Map<Branch, number>

function holdsAll(slabs: LaneSlabs, model: Model): boolean {
  const placed = slabs.cohorts.flatMap((cohort) => cohort.branches)
  if (placed.length !== model.size || placed.some((branch) => !model.has(branch))) return false
  return slabs.cohorts.every(({ slab, branches }) =>
    branches.every((branch, slot) => {
      const { tensors, capacity } = slab.view(branches.length)
      return tensors.every((values, tensor) => {
        for (let head = 0; head < SHAPE.kvHeads; head++) {
          for (let position = 0; position < branch.length; position++) {
            const from = ((slot * SHAPE.kvHeads + head) * capacity + position) * SHAPE.headDim
            if (values[from + 1] !== entry(model.get(branch)!, tensor, head, position, 1)) return false
          }
        }
        return true
      })
    })
  )
}

function step(cohort: Cohort, model: Model): void {
  const lengths = cohort.branches.map((branch) => branch.length)
  cohort.slab.append(
    entries(
      cohort.branches.map((branch) => model.get(branch)!),
      lengths,
      1
    ),
    lengths,
    1
  )
  for (const branch of cohort.branches) branch.length += 1
}

const anyMove = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('place' as const), length: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('steps' as const), count: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fork' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep' as const), modulus: fc.integer({ min: 2, max: 4 }) }) }
)
type Move = typeof anyMove extends fc.Arbitrary<infer T> ? T : never

class Machine {
  readonly slabs: LaneSlabs
  readonly model: Model = new Map()
  #histories = 0

  constructor(policy: SlabPolicy) {
    this.slabs = new LaneSlabs(SHAPE, policy)
  }

  apply(move: Move): void {
    if (move.kind === 'place') this.#place(move.length)
    else if (move.kind === 'fork') this.#fork(move.pick)
    else if (move.kind === 'sweep') this.#sweep(move.modulus)
    else for (let at = 0; at < move.count; at++) this.#steps()
  }

  #place(length: number): void {
    const branch: Branch = { group: GROUP, rows: [], next: 0, length }
    this.model.set(branch, ++this.#histories)
    this.slabs.place(branch, promptSlab(this.#histories, length), 0)
  }

  #fork(pick: number): void {
    const cohort = this.slabs.cohorts[pick % Math.max(1, this.slabs.cohorts.length)]
    if (cohort === undefined) return
    const slot = pick % cohort.branches.length
    const original = cohort.branches[slot]!
    const copy: Branch = { ...original }
    this.model.set(copy, this.model.get(original)!)
    this.slabs.place(copy, cohort.slab, slot)
  }

  #sweep(modulus: number): void {
    const kept = (branch: Branch) => this.model.get(branch)! % modulus !== 0
    for (const cohort of this.slabs.cohorts) this.slabs.sweep(cohort, kept)
    for (const branch of [...this.model.keys()]) if (!kept(branch)) this.model.delete(branch)
    this.slabs.settle()
  }

  #steps(): void {
    for (const cohort of [...this.slabs.cohorts]) step(cohort, this.model)
    this.slabs.settle()
  }
}

const anyPolicy = fc.record({ maxRows: fc.integer({ min: 1, max: 6 }), fixedCapacity: fc.boolean() })

t.test('placing, forking, appending, sweeping and settling keep the K/V of every branch', async (t) => {
  fc.assert(
    fc.property(anyPolicy, fc.array(anyMove, { maxLength: 20 }), (policy, moves) => {
      const machine = new Machine(policy)
      return moves.every((move) => {
        machine.apply(move)
        return holdsAll(machine.slabs, machine.model) && machine.slabs.branchCount === machine.model.size
      })
    }),
    { numRuns: 200 }
  )
  t.pass()
})

t.test('no cohort holds more rows than a run may have, and every view has room for the next token', async (t) => {
  fc.assert(
    fc.property(anyPolicy, fc.array(anyMove, { maxLength: 20 }), (policy, moves) => {
      const machine = new Machine(policy)
      return moves.every((move) => {
        machine.apply(move)
        return machine.slabs.cohorts.every(
          ({ branches, slab }) =>
            branches.length <= policy.maxRows && branches.every((branch) => branch.length < slab.capacity)
        )
      })
    }),
    { numRuns: 200 }
  )
  t.pass()
})

t.test('with fixed capacity the capacity of a view is told by the row alone', async (t) => {
  fc.assert(
    fc.property(fc.array(anyMove, { maxLength: 20 }), (moves) => {
      const machine = new Machine({ maxRows: 4, fixedCapacity: true })
      return moves.every((move) => {
        machine.apply(move)
        return machine.slabs.cohorts.every(({ branches, slab }) =>
          branches.every((branch) => slab.capacity === Math.ceil((branch.length + 1) / 32) * 32)
        )
      })
    }),
    { numRuns: 200 }
  )
  t.pass()
})

t.test('a long row does not make short rows pay for its capacity', async (t) => {
  const slabs = new LaneSlabs(SHAPE, { maxRows: 8, fixedCapacity: false })
  for (const length of [20, 1000, 30]) {
    slabs.place({ group: GROUP, rows: [], next: 0, length }, promptSlab(1, length), 0)
  }
  const capacities = slabs.cohorts.map(({ branches, slab }) => [branches.map((branch) => branch.length), slab.capacity])
  t.strictSame(capacities, [
    [[20, 30], 32],
    [[1000], 1024]
  ])
})

t.test('a lane without rows holds no memory', async (t) => {
  const slabs = new LaneSlabs(SHAPE, { maxRows: 8, fixedCapacity: false })
  slabs.place({ group: GROUP, rows: [], next: 0, length: 50 }, promptSlab(1, 50), 0)
  t.equal(slabs.bytes, 4 * 64 * bytesPerToken(SHAPE))
  slabs.sweep(slabs.cohorts[0]!, () => false)
  slabs.settle()
  t.equal(slabs.bytes, 0)
})
