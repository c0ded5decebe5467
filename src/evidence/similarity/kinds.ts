import type { SimilarityKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'

/** Evidence from embeddings: how close texts are. */
export const similarityKinds: KindTable<keyof SimilarityKinds> = {}
