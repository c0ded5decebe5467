/**
 * Whether answers differ because the question has several right ones (data uncertainty) or because the model does not
 * know (model uncertainty): the distinction of MAQA (Yang et al., arXiv 2408.06816). The entropy over meanings alone
 * holds both, so a split needs something that tells them apart: replies that list all their answers do, by an identity of
 * entropy. From replies of one answer each it cannot be told. All values are in nats.
 */
import { entropy } from './entropy.js'

/** `data` + `model` = `total`. */
export interface AmbiguitySplit {
  readonly total: number
  readonly data: number
  readonly model: number
}

/**
 * Split by replies that each list several answers. Reply i spreads evenly over what it lists; with p̄ the mean over
 * replies, H(p̄) = mean H(p_i) + [H(p̄) − mean H(p_i)]: what one reply holds side by side is the question's, what
 * replies disagree on (their Jensen–Shannon divergence) is the model's.
 * @param lists per reply the keys of its answers, at least one; the same key is the same answer
 */
export function splitByLists(lists: readonly (readonly string[])[]): AmbiguitySplit {
  const mean = new Map<string, number>()
  let data = 0
  for (const list of lists) {
    const items = new Set(list)
    data += Math.log(items.size) / lists.length
    for (const item of items) mean.set(item, (mean.get(item) ?? 0) + 1 / items.size / lists.length)
  }
  const total = entropy([...mean.values()])
  return { total, data: Math.min(data, total), model: Math.max(0, total - data) }
}

/** Longer pieces are clauses, not entries of a list. */
const MOST_ENTRY_WORDS = 6
const BULLET = /^\s*(?:[-*•]|\(?\d{1,3}[.)])\s+/u

/** Entries of bullets or numbered lines, of plain lines, or of an enumeration within one line. */
function pieces(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length > 1) return lines.filter((line) => !/:\s*$/u.test(line)).map((line) => line.replace(BULLET, ''))
  const told = text.slice(text.lastIndexOf(':') + 1)
  return told.replace(/[.。]\s*$/u, '').split(/[,;、，；]|\s+(?:and|or)\s+/iu)
}

/**
 * The answers that a reply lists: bullets, numbered or plain lines, or short phrases divided by commas, semicolons,
 * "and", "or". One entry, the whole text, for a reply that lists nothing; a sentence in which names happen to be
 * enumerated may be taken for a list.
 */
export function listedAnswers(text: string): readonly string[] {
  const entries = pieces(text)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
  const areShort = entries.every((entry) => entry.split(/\s+/u).length <= MOST_ENTRY_WORDS)
  return entries.length > 1 && areShort ? entries : [text.trim()]
}
