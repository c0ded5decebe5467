import { lastUnits, withoutThoughts } from './reply-text.js'

/** Probability that people read into a phrase (Fagen-Ulmschneider's survey, as used by Tian et al. 2023). */
const PHRASES: ReadonlyMap<string, number> = new Map([
  ['almost certain', 0.95],
  ['highly likely', 0.9],
  ['very good chance', 0.8],
  ['we believe', 0.75],
  ['probably', 0.7],
  ['probable', 0.7],
  ['likely', 0.7],
  ['better than even', 0.6],
  ['about even', 0.5],
  ['probably not', 0.25],
  ['we doubt', 0.2],
  ['unlikely', 0.2],
  ['little chance', 0.1],
  ['chances are slight', 0.1],
  ['improbable', 0.1],
  ['highly unlikely', 0.05],
  ['almost no chance', 0.02]
])

/** The phrases that a prompt offers. */
export const CONFIDENCE_PHRASES: readonly string[] = [...PHRASES.keys()]

// Longest first: "highly unlikely" must not be read as "unlikely", nor "probably not" as "probably".
const ALTERNATIVES = CONFIDENCE_PHRASES.toSorted((a, b) => b.length - a.length).map((phrase) =>
  phrase.replaceAll(' ', String.raw`\s{1,3}`)
)
const PHRASE = new RegExp(String.raw`(?<![\p{L}\p{N}-])(?:${ALTERNATIVES.join('|')})(?![\p{L}\p{N}-])`, 'giu')
const NEGATED = /(?:\b(?:not|never|hardly|no)|n['’]t)(?:\s{1,3}(?:a|very|really|at all|all that|so))?\s{1,3}$/iu
const LOOK_BACK = 24

/**
 * The probability behind the last phrase of a reply, or null when there is none or when it is negated in words of its
 * own ("not likely"). Any case, whole words. lm-polygraph takes the first phrase of its list that occurs anywhere, so
 * that "Probably Not" reads .7; formulas.md §6.2.
 */
export function parsePhrase(reply: string): number | null {
  const text = lastUnits(withoutThoughts(reply))
  const last = [...text.matchAll(PHRASE)].at(-1)
  if (last === undefined) return null
  if (NEGATED.test(text.slice(Math.max(0, last.index - LOOK_BACK), last.index))) return null
  return PHRASES.get(last[0].toLowerCase().replace(/\s+/gu, ' ')) ?? null
}
