/**
 * Chooses prompt, sampling settings and clustering rule by measurement: answers the example questions greedily under each
 * prompt, draws samples at each setting, and tells how well scores tell wrong answers from right ones (AUROC); writes
 * docs/defaults.md.
 * Run: npm run bench:defaults [-- --limit 100]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { auroc } from '../../src/math/metrics.js'
import { packageRoot } from '../../src/package-root.js'
import { loadScorers } from '../../src/scorer-registry.js'
import { createBenchEngine } from '../engine.js'
import { containsAnswer } from '../../src/math/answer-match.js'
import { columnOf, scoreQuestion, type Scored } from './gather.js'
import { PROMPTS, type PromptName } from './prompt.js'
import { readQuestions } from './questions.js'
import { seedOf, spread } from './sets.js'

const SETTINGS = [
  { n: 10, temperature: 0.6, topP: 0.95 },
  { n: 10, temperature: 1, topP: 1 }
]
const AT_ONCE = 8
const { values: given } = parseArgs({ options: { limit: { type: 'string', default: '60' } } })
const questions = spread(readQuestions('facts'), Number(given.limit))
const engine = await createBenchEngine()
const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))
const columns = [
  ...['mean_nll', 'g_nll', 'mean_token_entropy', 'lexical_similarity', 'sample_agreement', 'num_semantic_sets'].map(
    (name) => columnOf(scorers.get(name)!)
  ),
  columnOf(scorers.get('semantic_entropy')!),
  columnOf(scorers.get('semantic_entropy')!, { rule: 'strict' })
]

async function scoreAll(prompt: PromptName, sampling: (typeof SETTINGS)[number]): Promise<readonly Scored[]> {
  const results: Scored[] = []
  let next = 0
  const turn = async (): Promise<void> => {
    for (let at = next++; at < questions.length; at = next++) {
      const { id, question } = questions[at]!
      const asked = { messages: PROMPTS[prompt](question), seed: seedOf(id), sampling }
      results[at] = await scoreQuestion(engine, asked, columns)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, turn))
  return results
}

function line(prompt: PromptName, { n, temperature, topP }: (typeof SETTINGS)[number], all: readonly Scored[]): string {
  const wrong = all.map(({ answer }, i) => !containsAnswer(answer, questions[i]!.answers))
  const cells = columns.map(({ label }) => {
    const known = all.map(({ scores }, i) => ({ value: scores[label] ?? null, wrong: wrong[i]! }))
    const valued = known.filter(({ value }) => value !== null)
    const area = auroc(
      valued.map(({ value }) => value!),
      valued.map((each) => each.wrong)
    )
    return area?.toFixed(3) ?? '–'
  })
  const right = wrong.filter((each) => !each).length
  return `| ${[prompt, `${n} at T ${temperature}, top-p ${topP}`, right, ...cells].join(' | ')} |`
}

const rows: string[] = []
for (const prompt of Object.keys(PROMPTS) as PromptName[]) {
  for (const setting of SETTINGS) {
    rows.push(line(prompt, setting, await scoreAll(prompt, setting)))
    console.error(rows.at(-1))
  }
}
const page = [
  '# Defaults',
  '',
  'How the prompt of the quality tables, the sampling settings and the clustering rule were chosen. Made by',
  '`npm run bench:defaults`; do not edit by hand.',
  '',
  `AUROC of each score on ${String(questions.length)} of the example facts, spread over their categories; prompts are those of`,
  'bench/quality/prompt.ts. `right` counts right greedy answers.',
  '',
  `| ${['prompt', 'samples', 'right', ...columns.map(({ label }) => `\`${label}\``)].join(' | ')} |`,
  `| ${['prompt', 'samples', 'right', ...columns].map(() => '---').join(' | ')} |`,
  ...rows
]
console.log(page.join('\n'))
writeFileSync(new URL('docs/defaults.md', packageRoot()), `${page.join('\n')}\n`)
await engine.close()
