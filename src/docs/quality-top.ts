/** The top of the quality table, from the data that `npm run quality` leaves in docs/quality.json. */
import type { Figure } from '../math/evaluation.js'

/** One line of a quality table; the other figures of docs/quality.json are not shown here. */
export interface QualityRow {
  readonly label: string
  readonly auroc: Figure
  readonly auarc: Figure
  readonly prr: Figure
}

/** One table of docs/quality.json; its rows have the best AUROC first. */
export interface QualitySection {
  readonly name: string
  readonly answers: number
  readonly right: number
  readonly rows: readonly QualityRow[]
}

const SHOWN = 'facts'
const MOST_ROWS = 12

const isBaseline = ({ label }: QualityRow): boolean => label.startsWith('baseline')

function shown({ value, interval }: Figure): string {
  if (value === null) return '–'
  const bounds = interval === null ? '' : ` [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`
  return `${value.toFixed(3)}${bounds}`
}

/** Markdown of the best twelve scores over the facts and of the baselines; empty without such a table. */
export function qualityTop(sections: readonly QualitySection[]): string {
  const section = sections.find(({ name }) => name === SHOWN)
  if (section === undefined) return ''
  const { answers, right, rows } = section
  const best = rows.filter((row) => !isBaseline(row)).slice(0, MOST_ROWS)
  const lines = [...best, ...rows.filter(isBaseline)].map(
    ({ label, auroc, auarc, prr }) => `| \`${label}\` | ${shown(auroc)} | ${shown(auarc)} | ${shown(prr)} |`
  )
  return [
    `${String(answers)} answers, ${String(right)} right; all scores and other data: [docs/quality.md](docs/quality.md).`,
    '',
    '| Score | AUROC | AUARC | PRR |',
    '| --- | --- | --- | --- |',
    ...lines
  ].join('\n')
}
