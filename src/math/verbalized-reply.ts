/** Replies that hold an answer of their own and a confidence, read style by style (formulas.md §6.1, §6.4). */
import type { Guess, VerbalizedStyle } from '../scorer.js'
import { parsePhrase } from './linguistic.js'
import { lastUnits, withoutThoughts } from './reply-text.js'
import { parseConfidence } from './verbalized.js'

const ANSWER_LABEL = /^[\s*#_>-]{0,8}(?:(?:final|my|short|the)\s)?(?:answer|guess)[\s*_]{0,4}[:=：](.*)$/iu
const CONFIDENCE_LABEL = /[\s,;(|*_]{0,8}\b(?:final\s)?(?:confidence|probability|certainty|likelihood)\b.*$/iu
const TOP_LABEL = /(?<![\p{L}\p{N}])([GP])([1-9])[\s*_]{0,4}[:=：]/giu
const STEP_LABEL = /(?<![\p{L}\p{N}])step\s?([1-9])[\s*_]{0,4}[:.：]/giu

/** Longest reply that is taken for an answer as it stands, in UTF-16 units. */
const SHORT_CHARS = 200

const readable = (reply: string): string => lastUnits(withoutThoughts(reply))

/** The text without markup and quotes around it, and without what is said of confidence behind it. */
function bare(text: string): string {
  return text
    .replace(CONFIDENCE_LABEL, '')
    .replace(/^[\s*_"“”'`,;]+/u, '')
    .replace(/[\s*_"“”'`,;(]+$/u, '')
}

/** The text behind the last "Answer:" that has one, on its own line. */
function labelledAnswer(text: string): string | null {
  return (
    text
      .split('\n')
      .map((line) => bare(ANSWER_LABEL.exec(line)?.[1] ?? ''))
      .findLast((answer) => answer !== '') ?? null
  )
}

function single(reply: string): Guess[] {
  const answer = labelledAnswer(readable(reply))
  const confidence = parseConfidence(reply, 'percent')
  return answer === null || confidence === null ? [] : [{ answer, confidence }]
}

interface Labelled {
  readonly label: string
  /** From the label to the next one. */
  readonly text: string
}

function labelled(text: string, label: RegExp): Labelled[] {
  const matches = [...text.matchAll(label)]
  return matches.map((match, i) => ({
    label: match.slice(1).join('').toUpperCase(),
    text: text.slice(match.index + match[0].length, matches[i + 1]?.index)
  }))
}

/** The first line that says something. */
function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0]!.trimEnd()
}

/** G1 … G9, each with the P of its number; a guess without one is dropped. The last of equal labels counts. */
function topGuesses(reply: string): Guess[] {
  const said = new Map(labelled(readable(reply), TOP_LABEL).map(({ label, text }) => [label, firstLine(text)]))
  return Array.from({ length: 9 }, (_, i) => i + 1).flatMap((rank) => {
    const answer = bare(said.get(`G${rank}`) ?? '')
    const confidence = parseConfidence(`Probability: ${said.get(`P${rank}`) ?? ''}`, 'percent')
    return answer === '' || confidence === null ? [] : [{ answer, confidence }]
  })
}

/** The product of the confidences of all steps; unreadable when a step states none, as a product cannot skip one. */
function stepGuess(reply: string): Guess[] {
  const text = readable(reply)
  const answer = labelledAnswer(text)
  const steps = labelled(text, STEP_LABEL).map((step) => parseConfidence(untilAnswer(step.text), 'percent'))
  const stated = steps.filter((step) => step !== null)
  if (answer === null || steps.length === 0 || stated.length < steps.length) return []
  return [{ answer, confidence: stated.reduce((product, step) => product * step, 1), steps: stated }]
}

function untilAnswer(text: string): string {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => ANSWER_LABEL.test(line))
  return (end === -1 ? lines : lines.slice(0, end)).join('\n')
}

/** All of a reply of one short line. */
function shortAnswer(text: string): string | null {
  const answer = bare(text.trim())
  return answer === '' || answer.includes('\n') || answer.length > SHORT_CHARS ? null : answer
}

/** A confidence in the answer that the model was shown. */
function about(answer: string, confidence: number | null): Guess[] {
  return confidence === null ? [] : [{ answer, confidence }]
}

/**
 * The guesses of one reply in its own order; none when it cannot be read.
 * @param shown the answer under test, which `two_stage` and `linguistic` replies are about
 */
export function parseReply(style: VerbalizedStyle, reply: string, shown: string): readonly Guess[] {
  if (isAboutShown(style)) return parseSecondTry(style, reply, shown)
  if (style === 'top_k') return topGuesses(reply)
  return style === 'multi_step' ? stepGuess(reply) : single(reply)
}

/**
 * The answer that a second try, for the number or the phrase alone, would be about: the one shown, or the one that the
 * first reply labels, or for `vanilla` all of a short first reply: small models leave labels out. Null when there is
 * none, or when the style asks for several.
 */
export function answerForSecondTry(style: VerbalizedStyle, first: string, shown: string): string | null {
  if (style === 'top_k') return null
  if (isAboutShown(style)) return shown
  const text = readable(first)
  return labelledAnswer(text) ?? (style === 'vanilla' ? shortAnswer(text) : null)
}

/** The guess of a second try about `answer`; none when it states nothing either. */
export function parseSecondTry(style: VerbalizedStyle, reply: string, answer: string): readonly Guess[] {
  return about(answer, style === 'linguistic' ? parsePhrase(reply) : parseConfidence(reply, 'percent'))
}

/** Whether a style shows the answer under test to the model, rather than having it answer anew. */
export function isAboutShown(style: VerbalizedStyle): boolean {
  return style === 'two_stage' || style === 'linguistic'
}
