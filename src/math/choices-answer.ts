/** Which option of a multiple-choice question an answer means. */
import { LABELS } from './choices.js'
import { words } from './words.js'

/** An option by its place in the request, and how the answer names it. */
export interface NamedOption {
  readonly index: number
  readonly by: 'text' | 'label' | 'containment'
}

/** Words of an answer and of an option that are compared. */
const MOST_WORDS = 1024

/** "B", "(b)", "B." or "The answer is (B)", and what may follow: "B) Sydney". */
const LABEL =
  /^(?:(?:the +)?(?:(?:correct|right|best) +)?(?:answer|option|choice)(?: +is)?(?: *:)? *)?(\(?)([a-z])([.):]+|$)(.*)$/isu

/**
 * The option that an answer means; null when it means none, or could mean several. An answer that is an option's text
 * means that option, one that starts with a label means the label's, and failing both it means the only option whose
 * words stand in it, or in which its words stand. An answer that is the text of one option and the label of another
 * is ambiguous. Denials are not understood: "not Sydney" means Sydney.
 */
export function matchOption(answer: string, choices: readonly string[]): NamedOption | null {
  const plainChoices = choices.map(plain)
  const text = plain(answer)
  const byText = only(choices, (one) => one.trim() === answer.trim()) ?? only(plainChoices, (one) => one === text)
  const byLabel = labelled(answer, plainChoices)
  if (byText !== null) return byLabel === null || byLabel.index === byText ? { index: byText, by: 'text' } : null
  if (byLabel !== null) return byLabel.contradicted ? null : { index: byLabel.index, by: 'label' }
  const contained = containing(text, plainChoices)
  return contained === null ? null : { index: contained, by: 'containment' }
}

/** Words in one spelling between single spaces, so that a run of whole words is a substring. */
function plain(text: string): string {
  return ` ${words(text.normalize('NFKC'), MOST_WORDS).words.join(' ')} `
}

/** Index of the only entry that passes; null when none or several do. */
function only(list: readonly string[], passes: (entry: string) => boolean): number | null {
  const found = list.flatMap((entry, i) => (passes(entry) ? [i] : []))
  return found.length === 1 ? found[0]! : null
}

/** The option whose label starts the answer; contradicted when the text behind it is another option's. */
function labelled(answer: string, plainChoices: readonly string[]): { index: number; contradicted: boolean } | null {
  const [, , letter = '', , rest = ''] = LABEL.exec(answer.replaceAll(/[*_`]/gu, '').trim()) ?? []
  const index = LABELS.indexOf(letter.toUpperCase())
  if (index < 0 || index >= plainChoices.length) return null
  const told = only(plainChoices, (one) => one === plain(rest))
  return { index, contradicted: told !== null && told !== index }
}

/** The widest option inside the answer, if all others inside it are parts of that one; else the only one around it. */
function containing(text: string, plainChoices: readonly string[]): number | null {
  if (text.trim() === '') return null
  const inside = plainChoices.filter((one) => one.trim() !== '' && text.includes(one))
  if (inside.length === 0) return only(plainChoices, (one) => one.includes(text))
  const widest = inside.reduce((a, b) => (b.length > a.length ? b : a))
  return inside.every((one) => widest.includes(one)) ? only(plainChoices, (one) => one === widest) : null
}

/** Reason and message of an answer that means no option, or several. */
export const NOT_AN_OPTION = [
  'answer_not_an_option',
  'The answer means none of `choices`, or several: give the text of one, or its label as in "(B)".'
] as const
