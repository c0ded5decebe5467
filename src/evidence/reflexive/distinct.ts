import { meaningKey } from '../../math/clusters.js'
import { mostFrequent } from '../../math/cluster-description.js'
import { CHARS_PER_TOKEN } from './subject.js'

/** An answer that is shown beside others is cut here, in characters, so that a few long ones leave room. */
const SHOWN_CHARS = 400

/** The beginning of a text on one line, as the model is shown it among others. */
export function shownText(text: string): string {
  const characters = Array.from(text.replace(/\s+/gu, ' ').trim())
  return characters.length > SHOWN_CHARS ? `${characters.slice(0, SHOWN_CHARS).join('')}…` : characters.join('')
}

/** Characters of one shown answer at worst. */
export function shownChars(maxTokens: number): number {
  return Math.min(SHOWN_CHARS, maxTokens * CHARS_PER_TOKEN)
}

/** Texts of different wording, most frequent first, then by alphabet, so that the order of samples does not matter. */
export function distinctTexts(texts: readonly string[], most: number): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const text of texts) {
    const key = meaningKey(text)
    if (key !== '') groups.set(key, [...(groups.get(key) ?? []), text])
  }
  return [...groups]
    .toSorted(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([, same]) => shownText(mostFrequent(same)))
}
