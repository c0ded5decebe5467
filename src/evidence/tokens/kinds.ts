import type { TokensKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'

/** Evidence about single tokens of the answer and the samples: what they matter, what could stand in their place. */
export const tokensKinds: KindTable<keyof TokensKinds> = {}
