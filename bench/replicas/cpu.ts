import { readFileSync } from 'node:fs'

/** The kernel counts in hundredths of a second (USER_HZ). */
const TICK_MS = 10

/** CPU time of all threads of a process so far, in milliseconds. Linux only. */
export function cpuMs(pid: number): number {
  const [, after] = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ')
  const fields = after!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
