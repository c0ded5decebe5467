import type { SentencesKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'

/** Evidence about the sentences of a text. */
export const sentencesKinds: KindTable<keyof SentencesKinds> = {}
