/** The example questions and the judge that their README describes. */
import { readFileSync } from 'node:fs'
import { packageRoot } from '../src/package-root.js'

export interface Fact {
  readonly id: string
  readonly category: string
  readonly question: string
  readonly answers: readonly string[]
}

/** The questions of examples/facts.jsonl. */
export function readFacts(): readonly Fact[] {
  const text = readFileSync(new URL('examples/facts.jsonl', packageRoot()), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Fact)
}

function normalised(text: string): string {
  const bare = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .replace(/\b(a|an|the)\b/gu, ' ')
  return ` ${bare.split(/\s+/u).filter(Boolean).join(' ')} `
}

/** Whether an answer contains one of the accepted answers as a run of whole words. */
export function isRight(answer: string, accepted: readonly string[]): boolean {
  return accepted.some((each) => normalised(answer).includes(normalised(each)))
}
