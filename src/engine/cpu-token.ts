/**
 * Turns for native runs. Two sessions that run at once on the same cores slow each other down, so model workers share
 * one token. Cell 0 of the buffer holds the owner, the others are seats of those who want it; a thread is known by its
 * id plus one, 0 is nobody. The owner hands over to the next taken seat, so nobody waits longer than one round.
 */
import { threadId } from 'node:worker_threads'

const SEATS = 8

/** A free token for up to eight threads. */
export function createCpuToken(): SharedArrayBuffer {
  return new SharedArrayBuffer((1 + SEATS) * Int32Array.BYTES_PER_ELEMENT)
}

/**
 * Runs `fn` while holding the token; blocks the calling thread until its turn. A null token runs straight away.
 * The token is released whatever becomes of `fn`, whose outcome is passed on.
 */
export async function withCpuToken<T>(token: SharedArrayBuffer | null, fn: () => Promise<T>): Promise<T> {
  if (token === null) return fn()
  const cells = new Int32Array(token)
  const self = threadId + 1
  const seat = takeSeat(cells, self)
  waitForTurn(cells, self)
  try {
    return await fn()
  } finally {
    Atomics.store(cells, seat, 0)
    handOver(cells, self, seat)
  }
}

/** Takes a dead thread off the token, so that the others go on. Called by whoever saw it die. */
export function forgetThread(token: SharedArrayBuffer | null, deadThreadId: number): void {
  if (token === null) return
  const cells = new Int32Array(token)
  const dead = deadThreadId + 1
  for (let seat = 1; seat <= SEATS; seat++) Atomics.compareExchange(cells, seat, dead, 0)
  handOver(cells, dead, SEATS)
}

function takeSeat(cells: Int32Array, self: number): number {
  for (let seat = 1; seat <= SEATS; seat++) if (Atomics.compareExchange(cells, seat, 0, self) === 0) return seat
  throw new Error(`More than ${String(SEATS)} threads share one CPU token.`)
}

function waitForTurn(cells: Int32Array, self: number): void {
  for (;;) {
    const owner = Atomics.compareExchange(cells, 0, 0, self)
    if (owner === 0 || owner === self) return
    Atomics.wait(cells, 0, owner)
  }
}

/** Passes the token from `from` to the next seat after `seat`, or frees it. Does nothing when `from` has lost it. */
function handOver(cells: Int32Array, from: number, seat: number): void {
  const [nextSeat, next] = nextWaiting(cells, seat)
  if (Atomics.compareExchange(cells, 0, from, next) !== from) return
  Atomics.notify(cells, 0)
  // The next one may have died and been forgotten since its seat was read; a living one keeps its seat while it owns.
  if (next !== 0 && Atomics.load(cells, nextSeat) !== next) handOver(cells, next, nextSeat)
}

function nextWaiting(cells: Int32Array, seat: number): readonly [seat: number, thread: number] {
  for (let step = 0; step < SEATS; step++) {
    const candidate = 1 + ((seat + step) % SEATS)
    const thread = Atomics.load(cells, candidate)
    if (thread !== 0) return [candidate, thread]
  }
  return [0, 0]
}
