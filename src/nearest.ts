/** Edit distance with transpositions of neighbours counted as one step (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, change)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}

const LONGEST_WORD = 64

/**
 * The candidate that `word` was most likely meant to be, or null when none is close: at most two edits, and at most a
 * third of the word. Case is ignored; the first of equally near candidates wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > LONGEST_WORD) return null
  const allowed = Math.max(1, Math.min(2, Math.floor(word.length / 3)))
  let best: { name: string; distance: number } | null = null
  for (const name of candidates) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { name, distance }
  }
  return best?.name ?? null
}

/** `; did you mean "x"?`, or an empty string when no candidate is near. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const name = nearest(word, candidates)
  return name === null ? '' : `; did you mean "${name}"?`
}

/** The text as a sentence: with a full stop unless it ends by asking what was meant. */
export const sentence = (text: string): string => (text.endsWith('?') ? text : `${text}.`)
