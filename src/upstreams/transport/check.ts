/** Whether a server is there, learnt from a call that costs it next to nothing. */
import { call, type Circumstances } from './calls.js'
import { refusal } from './failures.js'
import type { Outgoing } from './outgoing.js'
import { openScope } from './scope.js'

/** Longest wait for the head of the answer. */
const CHECK_MS = 5_000
const FOREVER = new AbortController().signal

/** Sends `request` once. Any status below 500 will do; throws a `Failure` for another one, or for none in time. */
export async function checkServer(request: Outgoing, around: Omit<Circumstances, 'signal'>): Promise<void> {
  const { limits, clock } = around
  const { signal, end } = openScope(FOREVER, Math.min(CHECK_MS, limits.timeoutMs), clock)
  try {
    const { status, leave } = await call(request, { ...around, signal })
    leave()
    if (status >= 500) throw refusal(status, '', undefined, Date.now())
  } finally {
    end()
  }
}
