/**
 * Answers the example questions through a running service, judges the answers, and writes examples/policy.json: a body for
 * POST /v1/policies that holds every score with its label.
 * Run: npm start, then npm run bench:policy [-- http://127.0.0.1:8080]
 */
import { writeFileSync } from 'node:fs'
import { packageRoot } from '../src/package-root.js'
import type { ScoreResult } from '../src/schemas/score-result.js'
import { containsAnswer } from '../src/math/answer-match.js'
import { type Fact, readFacts } from './facts.js'

const SCORER = 'perplexity'
const service = process.argv[2] ?? 'http://127.0.0.1:8080'

interface Example {
  readonly score: number
  readonly correct: boolean
}

async function label({ question, answers }: Fact): Promise<Example> {
  const messages = [
    { role: 'system', content: 'Answer the question with a short phrase.' },
    { role: 'user', content: question }
  ]
  const body = JSON.stringify({ messages, scorers: [SCORER], sampling: { max_tokens: 32 } })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${service}/v1/score`, { method: 'POST', headers, body })
  if (response.status !== 200) throw new Error(await response.text())
  const { answer, scores } = (await response.json()) as ScoreResult
  const { value } = scores[SCORER]!
  if (answer === null || value === null) throw new Error(`no score for: ${question}`)
  return { score: Number(value.toFixed(4)), correct: containsAnswer(answer.text, answers) }
}

const facts = readFacts()
const examples: Example[] = []
for (let from = 0; from < facts.length; from += 8) {
  examples.push(...(await Promise.all(facts.slice(from, from + 8).map(label))))
  console.error(`${String(examples.length)} of ${String(facts.length)}`)
}
const objective = { kind: 'selective_error', target: 0.5, level: 0.9 }
const policy = { name: 'facts', scorer: SCORER, objective, actions: { below: 'accept', above: 'abstain' }, examples }
writeFileSync(new URL('examples/policy.json', packageRoot()), `${JSON.stringify(policy)}\n`)
console.log(`${String(examples.filter((each) => each.correct).length)} of ${String(examples.length)} answers are right`)
