/** An evaluation as one HTML file: tables and inline SVG, no script, nothing fetched. */
import type { EvaluationBody, EvaluationRow } from '../../schemas/evaluation.js'
import { aurocChart, COLOURS, reliabilityChart, riskChart, riskOverview, scoreChart, SERIES } from './charts.js'
import { costText, FIGURES, figureText, MEANINGS, missingText, percentText } from './figures.js'

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1c1c1c; background: #fff; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0.25rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 0.5rem; } h3 { font-size: 1rem; margin: 2rem 0 0.25rem; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.87rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.45rem; border-bottom: 1px solid #e3e3e3; text-align: left; white-space: nowrap; }
thead th { border-bottom-color: #888; } tbody th { font-weight: normal; } td:last-child { white-space: normal; min-width: 9rem; }
.warning { border-left: 3px solid #d1603d; padding: 0.1rem 0.75rem; }
.note { color: #555; font-size: 0.87rem; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; max-width: min(100%, 560px); } figcaption { font-size: 0.87rem; color: #555; }
.key { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; font-size: 0.87rem; margin: 0.25rem 0; padding: 0; list-style: none; }
.key span { display: inline-block; width: 0.8rem; height: 0.8rem; margin-right: 0.35rem; vertical-align: -0.08rem; }
`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}
const escape = (text: string): string => text.replace(/[&<>"']/gu, (character) => ENTITIES[character]!)

const figure = (caption: string, chart: string): string =>
  `<figure><figcaption>${escape(caption)}</figcaption>${chart}</figure>`

const key = (entries: readonly (readonly [string, string])[]): string =>
  `<ul class="key">${entries
    .map(([colour, name]) => `<li><span style="background:${colour}"></span>${escape(name)}</li>`)
    .join('')}</ul>`

function tableOf(rows: readonly EvaluationRow[]): string {
  const heads = ['Score', ...FIGURES.map(([head]) => head), 'n', 'Missing', 'Cost']
  const line = (row: EvaluationRow): string => {
    const cells = [
      ...FIGURES.map(([, field]) => figureText(row[field])),
      String(row.n),
      missingText(row.missing) || '–',
      costText(row.cost)
    ]
    return `<tr><th scope="row"><code>${escape(row.scorer)}</code></th>${cells.map((each) => `<td>${escape(each)}</td>`).join('')}</tr>`
  }
  const head = heads.map((each) => `<th scope="col">${each}</th>`).join('')
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.map(line).join('')}</tbody></table></div>`
}

function overview({ table, risk_coverage: curves, accuracy }: EvaluationBody): string {
  const best = table.filter(({ scorer }) => (curves[scorer] ?? []).length > 0).slice(0, SERIES.length)
  const errorRate = 1 - (accuracy ?? 0)
  return `<div class="charts">
${figure('AUROC with 95 % intervals; dashed: chance', aurocChart(table))}
<figure><figcaption>Error among the answers kept, most certain first; dashed: any of them</figcaption>
${key(best.map(({ scorer }, i) => [SERIES[i]!, scorer] as const))}
${riskOverview(
  best.map(({ scorer }) => curves[scorer]!),
  errorRate
)}</figure>
</div>`
}

function section({ scorer, unit, direction, auroc }: EvaluationRow, evaluation: EvaluationBody): string {
  const reads = direction === 'higher_is_more_uncertain' ? 'higher is more uncertain' : 'higher is more certain'
  return `<section><h3><code>${escape(scorer)}</code></h3>
<p class="note">AUROC ${escape(figureText(auroc))}; unit: ${unit}; ${reads}.</p>
<div class="charts">
${figure('Reliability: confidence against accuracy', reliabilityChart(scorer, evaluation.reliability[scorer] ?? []))}
${figure('Risk–coverage: error of the answers kept', riskChart(scorer, evaluation.risk_coverage[scorer] ?? []))}
${figure('Scores: right answers up, wrong ones down', scoreChart(scorer, unit, evaluation.histograms[scorer] ?? []))}
</div></section>`
}

/** The whole page. `title` may be any text. */
export function evaluationPage(title: string, evaluation: EvaluationBody): string {
  const { n, labelled, accuracy, model, table, warnings } = evaluation
  const scored = table.filter((row) => row.n > 0)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><style>${STYLE}</style></head><body>
<h1>${escape(title)}</h1>
<p>${n} examples, ${labelled} judged, ${percentText(accuracy)} right; model: ${escape(model ?? 'several or none')}.</p>
${warnings.map(({ message }) => `<p class="warning">${escape(message)}</p>`).join('\n')}
<h2>Scorers</h2>
${tableOf(table)}
<ul class="note">${MEANINGS.map((meaning) => `<li>${escape(meaning)}</li>`).join('')}</ul>
<h2>Overview</h2>
${overview(evaluation)}
<h2>Each scorer</h2>
${key([
  [COLOURS.right, 'right'],
  [COLOURS.wrong, 'wrong']
])}
${scored.map((row) => section(row, evaluation)).join('\n')}
</body></html>
`
}
