/** How the lanes share the machine's cores. */
import { createCpuToken } from './cpu-token.js'
import type { Role } from './engine.js'

export interface CoreShare {
  readonly threads: Readonly<Record<Role, number>>
  /** Null when every lane has cores of its own. */
  readonly cpuToken: SharedArrayBuffer | null
}

/** With fewer cores than this, lanes that run side by side slow each other down more than turns do. */
const ENOUGH_TO_SPLIT = 6

/**
 * Few cores: every lane uses all of them, one native run at a time. Many: half for the language model, a quarter for
 * each encoder, all at once.
 */
export function shareCores(cores: number): CoreShare {
  if (cores < ENOUGH_TO_SPLIT) {
    return { threads: { language: cores, entailment: cores, embedding: cores }, cpuToken: createCpuToken() }
  }
  const quarter = Math.floor(cores / 4)
  return { threads: { language: cores - 2 * quarter, entailment: quarter, embedding: quarter }, cpuToken: null }
}
