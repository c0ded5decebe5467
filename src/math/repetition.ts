import { words } from './words.js'

/** Words that are read of a text. */
const READ_WORDS = 2048
/** Words of one phrase. */
const PHRASE = 4
/** A text with fewer phrases is too short to call it a loop. */
const LEAST_PHRASES = 16
/** Share of repeated phrases from which a text counts as a loop. */
const LOOP_SHARE = 0.5

/** Share in [0, 1) of the phrases of four words that occurred before in the text; 0 for a text of few words. */
export function repeatedShare(text: string): number {
  const { words: list } = words(text, READ_WORDS)
  const phrases = list.slice(PHRASE - 1).map((_, i) => list.slice(i, i + PHRASE).join(' '))
  return phrases.length < LEAST_PHRASES ? 0 : 1 - new Set(phrases).size / phrases.length
}

/** Whether a text goes round in circles: at least half of its phrases occurred before. */
export function isLoop(text: string): boolean {
  return repeatedShare(text) >= LOOP_SHARE
}
