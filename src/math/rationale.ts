/** Why sampled answers fall apart, in plain words and without asking a model. */
import { words } from './words.js'

/** Sampled answers that say the same. */
export interface AnswerGroup {
  /** A text that stands for the group. */
  readonly text: string
  /** Share of the samples, in [0, 1]. */
  readonly share: number
  /** Whether the answer under test belongs to the group. */
  readonly holdsAnswer: boolean
}

const NAMED_GROUPS = 3
const COMPARED_WORDS = 64
const QUOTED_CHARS = 60

/**
 * What the groups have in common and what sets them apart: the words that all of them use, and for each of the largest
 * three the stretch of its text that holds its other words. Takes the place of the rationale that SaySelf asks a model
 * for (Xu et al. 2024, arXiv 2405.20974; formulas.md §6.5); being drawn from the samples, it cannot claim what they do
 * not show. Groups come in any order.
 * @param answer text of the answer under test; null when there is none, and then nothing is said of it
 */
export function rationale(groups: readonly AnswerGroup[], answer: string | null = null): string {
  const ordered = groups.toSorted((a, b) => b.share - a.share || (a.text < b.text ? -1 : 1))
  const [first] = ordered
  if (first === undefined) return 'There are no samples to compare.'
  const apart =
    answer === null || groups.some((group) => group.holdsAnswer)
      ? ''
      : `; none says what the answer says, ${quote(answer)}`
  if (ordered.length === 1)
    return `All samples say ${quote(first.text)}${first.holdsAnswer ? ', as the answer does' : apart}.`
  const named = ordered.slice(0, NAMED_GROUPS)
  const shared = commonWords(named)
  const joint =
    shared.length === 0 ? 'The samples have no word in common' : `The samples agree on ${quote(shared.join(' '))}`
  return `${joint} and differ in ${named.map((group) => describe(group, shared)).join(' against ')}${others(ordered)}${apart}.`
}

const wordsOf = (text: string): readonly string[] => words(text, COMPARED_WORDS).words

/** Words that every group uses, in the order of the first. */
function commonWords([first, ...rest]: readonly AnswerGroup[]): readonly string[] {
  const sets = rest.map(({ text }) => new Set(wordsOf(text)))
  return [...new Set(wordsOf(first!.text))].filter((word) => sets.every((set) => set.has(word)))
}

function describe(group: AnswerGroup, shared: readonly string[]): string {
  return `${quote(ownStretch(group.text, new Set(shared)))} (${percent(group.share)}${group.holdsAnswer ? ', with the answer' : ''})`
}

/** From the first to the last word of a text that is its own; the whole text when it has none or cannot be located. */
function ownStretch(text: string, shared: ReadonlySet<string>): string {
  const lower = text.toLowerCase()
  if (lower.length !== text.length) return text
  let at = 0
  const spans = wordsOf(text).map((word) => {
    const start = lower.indexOf(word, at)
    at = start + word.length
    return { word, start, end: at }
  })
  const own = spans.filter(({ word }) => !shared.has(word))
  return own.length === 0 ? text : text.slice(own[0]!.start, own.at(-1)!.end)
}

function others(ordered: readonly AnswerGroup[]): string {
  const rest = ordered.slice(NAMED_GROUPS)
  if (rest.length === 0) return ''
  const share = percent(rest.reduce((sum, group) => sum + group.share, 0))
  return `, beside ${rest.length} smaller ${rest.length === 1 ? 'group' : 'groups'} (${share})`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function quote(text: string): string {
  const characters = Array.from(text.replace(/\s+/gu, ' ').trim())
  return `“${characters.slice(0, QUOTED_CHARS).join('')}${characters.length > QUOTED_CHARS ? '…' : ''}”`
}
