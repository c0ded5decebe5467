/** Where the time of a request goes: native runs by kind, from the engine's own counters. */
import type { Line } from './line.js'
import { spreadOf } from './spread.js'
import type { Engine } from '../src/engine/engine.js'

interface Total {
  readonly ms: number
  /** Rows of decode steps, prompts, or pairs. */
  readonly items: number
}

const KINDS = [
  ['prefill', 'prompts'],
  ['decode', 'row steps'],
  ['entail', 'pairs']
] as const

function totals(engine: Engine): ReadonlyMap<string, Total> {
  return new Map(engine.stats().flatMap(({ runs }) => Object.entries(runs)))
}

export class RunTimes {
  readonly #engine: Engine
  readonly #spent = new Map<string, Total[]>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Does the work and keeps what its runs took. Nothing else may ask the engine meanwhile. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    const before = totals(this.#engine)
    const result = await work()
    for (const [kind, { ms, items }] of totals(this.#engine)) {
      const start = before.get(kind) ?? { ms: 0, items: 0 }
      this.#spent.set(kind, [...(this.#spent.get(kind) ?? []), { ms: ms - start.ms, items: items - start.items }])
    }
    return result
  }

  /** One line for each kind of run; `whole` names what was measured. */
  lines(whole: string): readonly Line[] {
    return KINDS.map(([kind, unit]) => {
      const spent = this.#spent.get(kind) ?? [{ ms: 0, items: 0 }]
      const items = spreadOf(spent.map((each) => each.items)).median
      return {
        figure: `${whole}: ${kind} runs`,
        baseline: null,
        ours: { of: `${String(items)} ${unit}`, unit: 'ms', spread: spreadOf(spent.map((each) => each.ms)) },
        ratio: null,
        target: null
      }
    })
  }
}
