/** Time as code that must be tested without waiting sees it. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number
  /** Runs `action` once after `ms`; the returned function cancels it. */
  after(ms: number, action: () => void): () => void
}

/** The machine's own time. Its timers never keep a process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms)
    timer.unref()
    return () => clearTimeout(timer)
  }
}
