/** Whether a server is there, learnt from a call that costs it next to nothing. */
import { call, type Circumstances } from './calls.js'
import type { Outgoing } from './outgoing.js'
import { openScope } from './scope.js'

/** Longest wait for the head of the answer. */
const CHECK_MS = 5_000
const FOREVER = new AbortController().signal

/** The status that `request` gets; it is sent once. Throws a `Failure` where none comes in time. */
export async function statusOf(request: Outgoing, around: Omit<Circumstances, 'signal'>): Promise<number> {
  const { limits, clock } = around
  const { signal, end } = openScope(FOREVER, Math.min(CHECK_MS, limits.timeoutMs), clock)
  try {
    const { status, leave } = await call(request, { ...around, signal })
    leave()
    return status
  } finally {
    end()
  }
}
