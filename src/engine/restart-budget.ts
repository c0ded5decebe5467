/** How often a crashed worker may be replaced. */
export interface RestartLimits {
  /** Pause before the first replacement; doubles with each further one within a minute. */
  readonly firstDelayMs: number
  readonly perMinute: number
}

/** Counts replacements within the last minute. Times are milliseconds on any rising clock. */
export class RestartBudget {
  readonly #limits: RestartLimits
  readonly #times: number[] = []

  constructor(limits: RestartLimits) {
    this.#limits = limits
  }

  /** Milliseconds to wait before the next replacement, or null when there were too many. */
  spend(nowMs: number): number | null {
    while (this.#times[0] !== undefined && this.#times[0] <= nowMs - 60_000) this.#times.shift()
    if (this.#times.length >= this.#limits.perMinute) return null
    return this.#limits.firstDelayMs * 2 ** (this.#times.push(nowMs) - 1)
  }
}
