/** Totals of native runs by kind, for /metrics. */
import type { LaneStats } from './engine.js'

export interface RunSize {
  readonly items: number
  readonly tokens: number
  readonly paddedTokens: number
}

type Total = { -readonly [K in keyof LaneStats['runs'][string]]: number }

export class RunMeter {
  readonly #totals = new Map<string, Total>()

  /** Times one run and adds it to the totals of its kind. */
  async time<T>(kind: string, size: RunSize, run: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await run()
    const total = this.#total(kind)
    total.count += 1
    total.ms += performance.now() - start
    total.items += size.items
    total.tokens += size.tokens
    total.paddedTokens += size.paddedTokens
    return result
  }

  /** Adds tokens that were only known after the run. */
  addTokens(kind: string, tokens: number): void {
    const total = this.#total(kind)
    total.tokens += tokens
    total.paddedTokens += tokens
  }

  totals(): LaneStats['runs'] {
    return Object.fromEntries([...this.#totals].map(([kind, total]) => [kind, { ...total }]))
  }

  #total(kind: string): Total {
    const known = this.#totals.get(kind)
    if (known !== undefined) return known
    const fresh: Total = { count: 0, ms: 0, items: 0, tokens: 0, paddedTokens: 0 }
    this.#totals.set(kind, fresh)
    return fresh
  }
}
