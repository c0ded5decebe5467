/** Closeness of whole texts by the cosine of their sentence embeddings. */
import { cosine } from '../../math/cosine.js'
import type { Embeddings } from './embeddings.js'

/** N×N matrix of cosines in [−1, 1], symmetric; equal texts have exactly 1. Each pair of distinct texts is made once. */
export async function gatherSimilarity(
  texts: readonly string[],
  embeddings: Embeddings
): Promise<readonly (readonly number[])[]> {
  const vectors = await embeddings.of(texts)
  const places = [...new Set(texts)].map((text) => texts.indexOf(text))
  const placeOf = new Map(places.map((place, i) => [texts[place]!, i]))
  const distinct = places.map((_, i) => places.map((_, j) => Number(i === j)))
  places.forEach((a, i) => {
    places.slice(0, i).forEach((b, j) => {
      distinct[i]![j] = distinct[j]![i] = cosine(vectors[a]!, vectors[b]!)
    })
  })
  const own = texts.map((text) => placeOf.get(text)!)
  return own.map((i) => own.map((j) => distinct[i]![j]!))
}

/** Cosine of one text to each of `texts`, in [−1, 1]; equal texts have exactly 1. */
export async function gatherSimilarityTo(
  text: string,
  texts: readonly string[],
  embeddings: Embeddings
): Promise<readonly number[]> {
  const [own, ...others] = await embeddings.of([text, ...texts])
  return others.map((other, i) => (texts[i] === text ? 1 : cosine(own!, other)))
}
