/** The example questions. */
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
