import type { DistributionKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'

/** Evidence from the whole next-token distribution of the answer. */
export const distributionKinds: KindTable<keyof DistributionKinds> = {}
