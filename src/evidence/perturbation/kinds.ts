import type { PerturbationKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'

/** Evidence from changed questions and changed answers. */
export const perturbationKinds: KindTable<keyof PerturbationKinds> = {}
