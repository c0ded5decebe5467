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

const ROLES: readonly Role[] = ['language', 'entailment', 'embedding']

/**
 * Few cores: every lane uses all of them, one native run at a time. Many: half for the language model, a quarter for
 * each encoder, all at once; what has no model leaves its cores to the others.
 */
export function shareCores(cores: number, roles: readonly Role[] = ROLES): CoreShare {
  if (cores < ENOUGH_TO_SPLIT) {
    return { threads: { language: cores, entailment: cores, embedding: cores }, cpuToken: createCpuToken() }
  }
  const encoders = roles.filter((role) => role !== 'language').length
  const each = Math.floor(cores / (roles.includes('language') ? 4 : Math.max(1, encoders)))
  return { threads: { language: cores - encoders * each, entailment: each, embedding: each }, cpuToken: null }
}
