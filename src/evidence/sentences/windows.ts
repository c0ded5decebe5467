import { sentencesOf, type TextPart } from '../../math/sentences.js'

/**
 * Tokens of a window, by estimate: a sentence or two, as the premises that entailment models are trained on. Over whole
 * paragraphs the embedded model hardly ever calls anything entailed.
 */
const WINDOW_TOKENS = 32

/** A longer sentence is cut, so that it fits the model beside the question and the sentence that is judged. */
const LONGEST_SENTENCE_TOKENS = 120

const CHARS_PER_LATIN_TOKEN = 4
/** Latin letters, digits and their signs lie below this code point. */
const END_OF_LATIN = 0x250

/** Tokens at worst: tokenizers made for English read most other scripts sign by sign. */
function tokensIn(text: string): number {
  let tokens = 0
  for (const character of text) tokens += character.codePointAt(0)! < END_OF_LATIN ? 1 / CHARS_PER_LATIN_TOKEN : 1
  return tokens
}

/** A sentence in pieces that fit: text without stops can be of any length. */
function pieces({ text, start }: TextPart): TextPart[] {
  const found: TextPart[] = []
  let [piece, tokens, from] = ['', 0, start]
  for (const character of text) {
    const cost = tokensIn(character)
    if (tokens + cost > LONGEST_SENTENCE_TOKENS) {
      found.push({ text: piece, start: from, end: from + piece.length })
      from += piece.length
      ;[piece, tokens] = ['', 0]
    }
    piece += character
    tokens += cost
  }
  return [...found, { text: piece, start: from, end: from + piece.length }]
}

/**
 * A text in windows of whole sentences that fit the entailment model; each starts with the last sentence of the one
 * before, so that what two neighbours say together is in one of them. A blank text has none.
 */
export function windowsOf(text: string): TextPart[] {
  const units = sentencesOf(text).flatMap((sentence) =>
    tokensIn(sentence.text) > LONGEST_SENTENCE_TOKENS ? pieces(sentence) : [sentence]
  )
  const windows: TextPart[] = []
  for (let from = 0; from < units.length;) {
    let to = from + 1
    for (let tokens = tokensIn(units[from]!.text); to < units.length; to++) {
      tokens += tokensIn(units[to]!.text)
      if (tokens > WINDOW_TOKENS) break
    }
    const [{ start }, { end }] = [units[from]!, units[to - 1]!]
    windows.push({ text: text.slice(start, end), start, end })
    // The overlap is one sentence; a window of one sentence has none to spare.
    from = to === units.length ? to : Math.max(from + 1, to - 1)
  }
  return windows
}
