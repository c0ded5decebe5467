import type { ChoicesKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'

/** Evidence about the options of a multiple-choice question. */
export const choicesKinds: KindTable<keyof ChoicesKinds> = {}
