import type { EvaluationBody } from '../../schemas/evaluation.js'
import { costText, FIGURES, figureText, MEANINGS, missingText, percentText } from './figures.js'

const cell = (text: string): string => text.replace(/\|/gu, '\\|').replace(/\s+/gu, ' ')
const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`

/** An evaluation as a Markdown page. */
export function evaluationMarkdown(title: string, evaluation: EvaluationBody): string {
  const { table, n, labelled, accuracy, model, warnings } = evaluation
  const heads = ['Score', ...FIGURES.map(([head]) => head), 'n', 'Missing', 'Cost']
  const rows = table.map((row) =>
    line([
      `\`${row.scorer}\``,
      ...FIGURES.map(([, field]) => figureText(row[field])),
      String(row.n),
      missingText(row.missing) || '–',
      costText(row.cost)
    ])
  )
  const paragraphs = [
    `# ${title}`,
    `${n} examples, ${labelled} judged, ${percentText(accuracy)} right; model: ${model ?? 'several or none'}.`,
    ...(warnings.length === 0 ? [] : [warnings.map(({ message }) => `> ${message}`).join('\n>\n')]),
    [line(heads), line(heads.map(() => '---')), ...rows].join('\n'),
    MEANINGS.map((meaning) => `- ${meaning}`).join('\n')
  ]
  return `${paragraphs.join('\n\n')}\n`
}
