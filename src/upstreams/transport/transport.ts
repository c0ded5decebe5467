/** HTTP to one upstream. */
import { Pool } from 'undici'
import { systemClock, type Clock } from '../../engine/clock.js'
import type { Exchange, OpenReply, Reply, Transport } from '../contract.js'
import { limitsOf, type UpstreamSettings } from '../settings.js'
import type { Call } from './calls.js'
import { statusOf } from './check.js'
import { createCircuit } from './circuit.js'
import { outcomeOf, refusal } from './failures.js'
import { hedged } from './hedge.js'
import { outgoing } from './outgoing.js'
import { openScope, orAborted } from './scope.js'
import { createSlots, type Purpose } from './slots.js'
import { createTally } from './tally.js'
import { refuseCompressed, refuseRedirect, whole } from './whole.js'

export interface TransportOptions {
  /** Sent as a bearer token, told nowhere else. */
  readonly apiKey: string | null
  /** For the timeouts; the circuit goes by the wall clock. */
  readonly clock?: Clock
  /** Told when the circuit opens and when it closes again. */
  readonly onCircuit?: Parameters<typeof createCircuit>[1]
}

type Patience = Readonly<{ signal: AbortSignal }>

/** Makes no connection before the first call. `timeout_ms` is for a call with its retries, from when it has a place. */
export function createTransport(
  settings: UpstreamSettings,
  { apiKey, clock = systemClock, onCircuit }: TransportOptions
): Transport {
  const base = new URL(settings.url)
  const key = apiKey?.trim() || null
  const limits = limitsOf(settings)
  const pool = new Pool(base.origin, { connect: { timeout: limits.connectTimeoutMs } })
  const slots = createSlots(limits)
  const circuit = createCircuit(limits, onCircuit)
  const tally = createTally()

  /** Waits for a place and holds it while `work` tries; counts what became of it. */
  async function held<T>(
    purpose: Purpose,
    exchange: Exchange,
    caller: AbortSignal,
    isOver: () => boolean,
    use: (call: Call) => Promise<T>
  ): Promise<T> {
    const startedAt = clock.now()
    const finish = (error?: unknown): void => {
      const outcome = error === undefined ? 'ok' : caller.aborted ? 'cancelled' : outcomeOf(error)
      tally.count(outcome, (clock.now() - startedAt) / 1000, error)
    }
    try {
      const release = await slots.take(purpose, caller)
      const { signal, end } = openScope(caller, limits.timeoutMs, clock)
      let body = Promise.resolve()
      const attempt = async (): Promise<T> => {
        const call = await hedged(outgoing(base, exchange, key), { pool, limits, clock, signal }, () =>
          slots.takeFree(purpose)
        )
        body = call.ended
        return use(call)
      }
      const over = (): void => {
        end()
        release()
      }
      try {
        const result = await orAborted(circuit.run(attempt, { signal, isOver }), signal)
        await orAborted(body, signal)
        finish()
        return result
      } finally {
        body.then(over, over)
      }
    } catch (error) {
      finish(error)
      throw error
    }
  }

  const open = (exchange: Exchange, { signal }: Patience): Promise<OpenReply> =>
    new Promise((resolve, reject) => {
      let isOver = false
      const streamed = async (call: Call): Promise<void> => {
        refuseRedirect(call)
        refuseCompressed(call)
        isOver = true
        const { status, headers, body } = call
        resolve({ status, headers, body })
        if (!circuit.testing) await call.ended
        if (status >= 400) throw refusal(status, '', headers['retry-after'], Date.now())
      }
      held('relay', exchange, signal, () => isOver, streamed).catch(reject)
    })

  async function check(): Promise<number | null> {
    try {
      const status = await statusOf(outgoing(base, { path: '/models' }, key), { pool, limits, clock })
      if (status >= 500) tally.checked(refusal(status, '', undefined, Date.now()))
      else if (!circuit.refuses) tally.checked()
      return status
    } catch (error) {
      tally.checked(error)
      return null
    }
  }

  return {
    request: (exchange, { signal }): Promise<Reply> =>
      held(
        'sample',
        exchange,
        signal,
        () => false,
        (call) => whole(call, key)
      ),
    open,
    check,
    problem: () => tally.problem(),
    stats: () => ({ open: slots.open, waiting: slots.waiting, outcomes: tally.outcomes, seconds: tally.seconds }),
    close: () => pool.destroy()
  }
}
