/** The labelled questions of examples/, as the quality table asks them. */
import { readFileSync } from 'node:fs'
import { packageRoot } from '../../src/package-root.js'

/** A question with the answers that count as right. */
export interface Question {
  readonly id: string
  readonly question: string
  readonly answers: readonly string[]
  readonly choices?: readonly string[]
}

/** A question with recorded solutions of other models. */
export interface Solved {
  readonly id: string
  readonly question: string
  readonly solutions: readonly { readonly model: string; readonly text: string; readonly correct: boolean }[]
}

export type SetName = 'facts' | 'open-trivia' | 'nq-open'

function readLines<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(`examples/${name}.jsonl`, packageRoot()), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}

/** All questions of a set. */
export function readQuestions(name: SetName): readonly Question[] {
  return readLines(name)
}

/** GSM8K questions, each with four solutions. */
export function readSolved(): readonly Solved[] {
  return readLines('gsm8k-solutions')
}
