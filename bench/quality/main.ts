/**
 * The quality table: how well every score tells wrong answers of the embedded model from right ones. Prints the tables,
 * writes docs/quality.md and docs/quality.json, and with all facts the ranks that ensembles use.
 * Run: npm run quality [-- --limit 40 --sets facts,open-trivia,nq-open,choices,gsm8k --folder bench/results/quality]
 * A run that breaks off goes on from the records in its folder; remove the folder to begin anew.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { packageRoot } from '../../src/package-root.js'
import { loadScorers, resolveOptions } from '../../src/scorer-registry.js'
import { createBenchEngine } from '../engine.js'
import { answerColumns } from './columns.js'
import { costInWords, measureCosts } from './costs.js'
import { ranksJson, report, type Section } from './report.js'
import { readQuestions, type SetName } from './questions.js'
import type { QualityRecord } from './records.js'
import { answerSet, askedOf, chooseSet, solvedSet, type Setup } from './sets.js'
import { memberQuantiles, tableOf } from './table.js'

const OPEN_SETS: readonly SetName[] = ['facts', 'open-trivia', 'nq-open']
const TITLES: Readonly<Record<string, string>> = {
  facts: 'Facts: greedy answers of the embedded model',
  'open-trivia': 'Open trivia: greedy answers of the embedded model',
  'nq-open': 'NQ-open: greedy answers of the embedded model',
  choices: 'Open trivia as multiple choice: the likeliest option',
  gsm8k: 'GSM8K: recorded solutions of larger models, three others as samples'
}
const COST_QUESTIONS = 4

const { values: given } = parseArgs({
  options: {
    limit: { type: 'string', default: '1000' },
    sets: { type: 'string', default: 'facts,open-trivia,nq-open,choices,gsm8k' },
    folder: { type: 'string', default: 'bench/results/quality' },
    costs: { type: 'boolean', default: true }
  },
  allowNegative: true
})
const sets = given.sets.split(',')
const engine = await createBenchEngine()
const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))
const setup: Setup = { engine, scorers, folder: given.folder, limit: Number(given.limit) }

const recordsOf = new Map<string, readonly QualityRecord[]>()
for (const name of OPEN_SETS.filter((each) => sets.includes(each))) recordsOf.set(name, await answerSet(setup, name))
if (sets.includes('choices')) recordsOf.set('choices', await chooseSet(setup))
if (sets.includes('gsm8k')) recordsOf.set('gsm8k', await solvedSet(setup))

const members = resolveOptions(scorers.get('ensemble')!).options!['members'] as readonly string[]
/** The default ensemble, and the same where questions stand alone. */
const memberLists: readonly (readonly [string, readonly string[]])[] = [
  ['ensemble', members],
  [
    'ensemble, prompt_agreement history=drop',
    members.map((member) => (member === 'prompt_agreement' ? 'prompt_agreement history=drop' : member))
  ]
]
const facts = recordsOf.get('facts')
const ensembles = new Map(
  facts === undefined ? [] : memberLists.map(([name, list]) => [name, memberQuantiles(facts, list)] as const)
)
const costs = given.costs
  ? await measureCosts(engine, answerColumns(scorers), readQuestions('facts').slice(0, COST_QUESTIONS).map(askedOf))
  : new Map<string, never>()
const costWords = new Map([...costs].map(([label, cost]) => [label, costInWords(cost)]))

const sections: Section[] = [...recordsOf].map(([name, records]) => ({
  name,
  title: TITLES[name] ?? name,
  answers: records.length,
  right: records.filter(({ right }) => right).length,
  rows: tableOf(records, ensembles)
}))
const { markdown, json } = report(sections, costWords, members)
console.log(markdown)
writeFileSync(new URL('docs/quality.md', packageRoot()), markdown)
writeFileSync(new URL('docs/quality.json', packageRoot()), json)
if (facts?.length === readQuestions('facts').length) {
  const model = engine.models().find(({ role }) => role === 'language')!
  writeFileSync(new URL('reference/ranks.json', packageRoot()), ranksJson(facts, answerColumns(scorers), model))
}
await engine.close()
