/**
 * Chooses prompt, sampling settings and clustering rule by measurement: answers the example questions greedily under each
 * prompt, draws samples at each setting, and prints how well scores tell wrong answers from right ones (AUROC).
 * Run: npm run bench:defaults [-- --limit 100]
 */
import { parseArgs } from 'node:util'
import { auroc } from '../../src/math/metrics.js'
import { loadScorers } from '../../src/scorer-registry.js'
import { createBenchEngine } from '../engine.js'
import { containsAnswer } from '../../src/math/answer-match.js'
import { columnOf, scoreQuestion, type Scored } from './gather.js'
import { PROMPTS, type PromptName } from './prompt.js'
import { readQuestions } from './questions.js'
import { seedOf, spread } from './sets.js'

const SETTINGS = [
  { n: 10, temperature: 0.6, topP: 0.95 },
  { n: 5, temperature: 0.6, topP: 0.95 },
  { n: 10, temperature: 1, topP: 1 }
]
const AT_ONCE = 8
const { values: given } = parseArgs({ options: { limit: { type: 'string', default: '120' } } })
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

console.log(`${questions.length} questions; AUROC of each score\n`)
console.log(`| ${['prompt', 'samples', 'right', ...columns.map(({ label }) => `\`${label}\``)].join(' | ')} |`)
console.log(`| ${['prompt', 'samples', 'right', ...columns].map(() => '---').join(' | ')} |`)
for (const prompt of Object.keys(PROMPTS) as PromptName[]) {
  for (const setting of SETTINGS) console.log(line(prompt, setting, await scoreAll(prompt, setting)))
}
await engine.close()
