/** Hedged calls: a second one when the first is slow, and the answer of whichever is first. */
import { call, type Call, type Circumstances } from './calls.js'
import type { Outgoing } from './outgoing.js'
import type { Release } from './slots.js'

/** A call of its own signal, which fires with the one around it. */
function sideCall(request: Outgoing, around: Circumstances) {
  const own = new AbortController()
  const signal = AbortSignal.any([around.signal, own.signal])
  const answer = call(request, { ...around, signal })
  answer.catch(() => undefined)
  return { answer, leave: () => own.abort(new Error('Another call was faster')) }
}

/**
 * One call; after `hedgeMs` without a head a second one where a place is free. The loser's connection is closed.
 * Fails when all calls that were made have failed, as the first of them did.
 */
export async function hedged(request: Outgoing, around: Circumstances, takeFree: () => Release | null): Promise<Call> {
  if (around.limits.hedgeMs === 0) return call(request, around)
  const first = sideCall(request, around)
  const late = await isLate(first.answer, around)
  const release = late ? takeFree() : null
  if (release === null) return first.answer
  const second = sideCall(request, around)
  try {
    const won = await Promise.any([
      first.answer.then((answer) => ({ answer, loser: second })),
      second.answer.then((answer) => ({ answer, loser: first }))
    ])
    won.loser.leave()
    won.answer.ended.then(release, release)
    return won.answer
  } catch {
    release()
    return first.answer
  }
}

/** Whether nothing came within `hedgeMs`; a failure is something. */
function isLate(answer: Promise<Call>, { limits, clock }: Circumstances): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(limits.hedgeMs, () => resolve(true))
    const came = (): void => {
      cancel()
      resolve(false)
    }
    answer.then(came, came)
  })
}
