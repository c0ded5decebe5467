import { setImmediate as others } from 'node:timers/promises'

/** Other requests wait no longer than one step and this. */
const SLICE_MS = 10

/** Runs a computation to its end and lets other work pass on the way. Rejects with the reason of an aborted signal. */
export async function inSlices<T>(steps: Generator<void, T>, signal: AbortSignal): Promise<T> {
  let since = performance.now()
  for (;;) {
    signal.throwIfAborted()
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() - since < SLICE_MS) continue
    await others()
    since = performance.now()
  }
}
