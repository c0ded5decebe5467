/** The tables as a page, as data, and as the ranks that ensembles use. */
import type { ReferenceRanks } from '../../src/scoring/reference-ranks.js'
import { SAMPLING_DEFAULTS } from '../../src/scoring/presets.js'
import type { Column } from './gather.js'
import { CHOSEN_PROMPT } from './prompt.js'
import type { QualityRecord } from './records.js'
import { markdownOf, memberQuantiles, type TableRow } from './table.js'

/** One table. */
export interface Section {
  readonly name: string
  readonly title: string
  readonly answers: number
  readonly right: number
  readonly rows: readonly TableRow[]
}

const DIGITS = 6

function introduction(members: readonly string[]): string {
  const { n, temperature, topP, maxTokens } = SAMPLING_DEFAULTS
  return [
    '# Quality',
    '',
    'How well each score tells wrong answers from right ones. Made by `npm run quality`; do not edit by hand.',
    '',
    `- Answers are greedy, of the embedded language model, under the prompt \`${CHOSEN_PROMPT}\` of bench/quality/prompt.ts;`,
    `  ${String(n)} samples at temperature ${String(temperature)}, top-p ${String(topP)}, at most ${String(maxTokens)} tokens; options are the`,
    '  defaults unless the label names others.',
    '- An answer is right when it contains an accepted answer as a run of whole words.',
    '- AUROC: probability that a wrong answer gets more uncertainty than a right one. AUARC: mean accuracy of the most',
    '  certain answers over all coverages. PRR: prediction–rejection ratio. ECE and Brier: of Platt-scaled confidence,',
    '  cross-fitted in five folds. In brackets: 95 % bootstrap intervals, 1 000 draws.',
    '- Cost: the score asked for alone, mean of four questions, one at a time; milliseconds depend on the machine.',
    `- The ensemble averages the ranks of ${members.map((member) => `\`${member}\``).join(', ')} among the answers to the facts.`
  ].join('\n')
}

/** The page and the data behind it. */
export function report(
  sections: readonly Section[],
  costs: ReadonlyMap<string, string>,
  members: readonly string[]
): { readonly markdown: string; readonly json: string } {
  const pages = sections.map(({ title, answers, right, rows }) =>
    [
      `## ${title}`,
      '',
      `${String(answers)} answers, ${String(right)} right (${((100 * right) / answers).toFixed(0)} %).`,
      '',
      markdownOf(rows, costs)
    ].join('\n')
  )
  return {
    markdown: `${[introduction(members), ...pages].join('\n\n')}\n`,
    json: `${JSON.stringify(sections, rounded, 1)}\n`
  }
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(DIGITS)) : value
}

/** reference/ranks.json: quantiles of every column over the facts that give most answers a value. */
export function ranksJson(
  facts: readonly QualityRecord[],
  columns: readonly Column[],
  model: { readonly id: string; readonly digest: string | null }
): string {
  const isCommon = ({ label }: Column): boolean =>
    facts.filter(({ scores }) => (scores[label] ?? null) !== null).length > facts.length / 2
  const ranks: ReferenceRanks = {
    data: `${String(facts.length)} facts`,
    model: { id: model.id, digest: model.digest },
    scorers: columns.filter(isCommon).map(({ label, run }) => ({
      name: run.scorer.name,
      options: { ...run.options },
      quantiles: memberQuantiles(facts, [label])
        .get(label)!
        .map((each) => Number(each.toPrecision(DIGITS)))
    }))
  }
  return `${JSON.stringify(ranks)}\n`
}
