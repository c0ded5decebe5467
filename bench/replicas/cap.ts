/**
 * Holds processes to a share of one core each, in a process of its own: they are stopped while they have used more CPU
 * time than their share of the time gone by, and go on when they are even again. Linux only.
 */
import { cpuMs } from './cpu.js'

const TICK_MS = 5
/** A process that was idle may catch up this much. */
const BURST_MS = 10

interface Capped {
  readonly pid: number
  usedMs: number
  creditMs: number
  isStopped: boolean
}

const share = Number(process.env['SHARE'])
const capped = process.env['PIDS']!.split(',').map((text): Capped => {
  const pid = Number(text)
  return { pid, usedMs: cpuMs(pid), creditMs: 0, isStopped: false }
})
let lastMs = performance.now()

function hold(one: Capped, elapsedMs: number): void {
  const usedMs = cpuMs(one.pid)
  one.creditMs = Math.min(BURST_MS, one.creditMs + share * elapsedMs - (usedMs - one.usedMs))
  one.usedMs = usedMs
  const mustStop = one.creditMs < 0
  if (mustStop !== one.isStopped) process.kill(one.pid, mustStop ? 'SIGSTOP' : 'SIGCONT')
  one.isStopped = mustStop
}

setInterval(() => {
  const nowMs = performance.now()
  for (const one of capped) hold(one, nowMs - lastMs)
  lastMs = nowMs
}, TICK_MS)

process.once('SIGTERM', () => {
  for (const { pid } of capped) process.kill(pid, 'SIGCONT')
  process.exit(0)
})
