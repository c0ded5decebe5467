import { readFileSync } from 'node:fs'

/** The kernel counts in hundredths of a second (USER_HZ). */
const TICK_MS = 10

/** Fields of /proc/PID/stat after the name (proc(5)): user, system, and both of children that ended. */
const OWN = [11, 12] as const
const OWN_AND_ENDED = [11, 12, 13, 14] as const

function statMs(pid: number, fields: readonly number[]): number {
  const [, after] = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ')
  const values = after!.split(' ')
  return fields.reduce((sum, field) => sum + Number(values[field]) * TICK_MS, 0)
}

/** CPU time of all threads of a process so far, in milliseconds. Linux only. */
export function cpuMs(pid: number): number {
  return statMs(pid, OWN)
}

/** CPU time of a process and its children so far, those that ended included, in milliseconds. Linux only. */
export function familyCpuMs(pid: number): number {
  const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').split(' ')
  const running = children.filter((child) => child !== '').map(Number)
  return running.reduce((sum, child) => sum + cpuMs(child), statMs(pid, OWN_AND_ENDED))
}
