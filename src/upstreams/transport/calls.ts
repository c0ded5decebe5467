/** One HTTP call: its head, then its body under watch of the limits. */
import { errors, type Dispatcher, type Pool } from 'undici'
import type { Clock } from '../../engine/clock.js'
import type { OpenReply } from '../contract.js'
import type { UpstreamLimits } from '../settings.js'
import { cutShort, Failure, failureOf, timedOut, tooLong } from './failures.js'
import type { Outgoing } from './outgoing.js'

/** What a call needs beside the request. The signal closes its connection. */
export interface Circumstances {
  readonly pool: Pool
  readonly limits: UpstreamLimits
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** An answer whose head has come. */
export interface Call extends OpenReply {
  /** Settles when the body is over: read, left by its reader, or failed, which rejects. */
  readonly ended: Promise<void>
  /** Closes the connection. */
  leave(): void
}

/** Sends the request and waits for the head. Throws a `Failure` or the signal's reason. */
export async function call(request: Outgoing, around: Circumstances): Promise<Call> {
  const { pool, limits, signal } = around
  signal.throwIfAborted()
  try {
    const { method, path, headers, body } = request
    const timeouts = { headersTimeout: 0, bodyTimeout: 0 }
    return answered(await pool.request({ method, path, headers, body, signal, ...timeouts }), around)
  } catch (error) {
    signal.throwIfAborted()
    throw failureOf(error, limits.connectTimeoutMs)
  }
}

function answered({ statusCode, headers, body }: Dispatcher.ResponseData, around: Circumstances): Call {
  const ended = new Promise<void>((resolve, reject) => {
    body.on('error', () => undefined)
    body.once('close', () => {
      const failure = failureInBody(body.errored, around.signal)
      if (failure === null) resolve()
      else reject(failure as Error)
    })
  })
  ended.catch(() => undefined)
  const flat = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value])
  return {
    status: statusCode,
    headers: Object.fromEntries(flat.filter(([, value]) => value !== undefined)) as Record<string, string>,
    body: watched(body, around),
    ended,
    leave: () => void body.destroy()
  }
}

/** Null: nothing failed, its reader had enough. */
function failureInBody(error: unknown, signal: AbortSignal): unknown {
  if (error === null) return null
  if (signal.aborted) return signal.reason
  if (error instanceof Failure) return error
  return error instanceof errors.RequestAbortedError ? null : cutShort()
}

/** The chunks of a body, within the cap on bytes and on silence. Ending the loop early closes the connection. */
async function* watched(body: Dispatcher.ResponseData['body'], around: Circumstances): AsyncGenerator<Uint8Array> {
  const { idleTimeoutMs, maxResponseBytes } = around.limits
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>
  const silent = (): void => void body.destroy(timedOut(`fell silent for ${idleTimeoutMs} ms in mid-answer`))
  let bytes = 0
  try {
    for (;;) {
      const next = await chunks.next().finally(around.clock.after(idleTimeoutMs, silent))
      if (next.done === true) return
      bytes += next.value.byteLength
      if (bytes > maxResponseBytes) throw tooLong(maxResponseBytes)
      yield next.value
    }
  } catch (error) {
    const failure = failureInBody(error, around.signal) ?? cutShort()
    body.destroy(failure instanceof Error ? failure : undefined)
    throw failure
  } finally {
    if (!body.readableEnded) body.destroy()
  }
}
