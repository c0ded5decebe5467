/** Records turned into the figures, curves and bins of an evaluation. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { crossFittedConfidence, evaluate, type Figure } from '../math/evaluation.js'
import { labelledHistogram } from '../math/histogram.js'
import { equalWidthBins } from '../math/reliability.js'
import { riskCoverage } from '../math/risk-coverage.js'
import { towardsUncertain } from '../policies/policy.js'
import type { EvaluationBody, EvaluationRow } from '../schemas/evaluation.js'
import type { Scorer, Warning } from '../scorer.js'
import type { Choice } from './choice.js'
import type { EvaluationRecord } from './record.js'

/** Bootstrap draws: a thousand, fewer for so many answers that a thousand would hold the event loop. */
const MOST_DRAWS = 1000
const LEAST_DRAWS = 200
const DRAWN_ANSWERS = 2e6
/** With fewer answers of one kind the interval spans most of the scale. */
const FEW_OF_A_KIND = 10

interface Known {
  readonly values: readonly number[]
  readonly quality: readonly number[]
}

interface ScorerPart {
  readonly row: EvaluationRow
  readonly curve: EvaluationBody['risk_coverage'][string]
  readonly bins: EvaluationBody['reliability'][string]
  readonly histogram: EvaluationBody['histograms'][string]
}

function knownOf(name: string, records: readonly EvaluationRecord[]): Known {
  const known = records.filter(({ scores, quality }) => quality !== null && typeof scores[name] === 'number')
  return { values: known.map(({ scores }) => scores[name]!), quality: known.map(({ quality }) => quality!) }
}

function missingOf(name: string, records: readonly EvaluationRecord[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { scores, reasons, quality } of records) {
    if (typeof scores[name] === 'number' && quality !== null) continue
    const reason = reasons[name] ?? 'no_answer'
    counts[reason] = (counts[reason] ?? 0) + 1
  }
  return counts
}

const figureOf = ({ value, interval }: Figure): EvaluationRow['auroc'] => ({
  value,
  low: interval?.low ?? null,
  high: interval?.high ?? null
})

function part(scorer: Scorer, records: readonly EvaluationRecord[]): ScorerPart {
  const { name, unit, direction, cost } = scorer
  const { values, quality } = knownOf(name, records)
  const uncertainty = values.map((value) => towardsUncertain(direction, value))
  const draws = Math.max(LEAST_DRAWS, Math.min(MOST_DRAWS, Math.floor(DRAWN_ANSWERS / Math.max(1, values.length))))
  const { n, accuracy, auroc, auarc, prr, ece, brier } = evaluate(uncertainty, quality, { draws })
  const confidence = crossFittedConfidence(uncertainty, quality)
  return {
    row: {
      scorer: name,
      unit,
      direction,
      n,
      missing: { ...missingOf(name, records) },
      accuracy,
      auroc: figureOf(auroc),
      auarc: figureOf(auarc),
      prr: figureOf(prr),
      ece: figureOf(ece),
      brier: figureOf(brier),
      cost: { readings: 0, embeddings: 0, ...cost }
    },
    curve: riskCoverage(uncertainty, quality).map(({ coverage, risk }) => ({ coverage, risk })),
    bins:
      confidence === null
        ? []
        : equalWidthBins(confidence, quality).map(({ meanConfidence, ...bin }) => ({
            ...bin,
            mean_confidence: meanConfidence
          })),
    histogram: [...labelledHistogram(values, quality)]
  }
}

function usageOf(records: readonly EvaluationRecord[]): EvaluationBody['usage'] {
  const total = (field: keyof EvaluationBody['usage']) => records.reduce((sum, { usage }) => sum + usage[field], 0)
  return {
    prompt_tokens: total('prompt_tokens'),
    completion_tokens: total('completion_tokens'),
    entailment_pairs: total('entailment_pairs'),
    embedded_texts: total('embedded_texts'),
    model_calls: total('model_calls')
  }
}

function warningsOf(quality: readonly number[], rows: readonly EvaluationRow[], n: number): readonly Warning[] {
  const wrong = quality.filter((each) => each < 0.5).length
  const right = quality.length - wrong
  const partly = rows.filter((row) => row.n < n).map((row) => row.scorer)
  const fewer = Math.min(right, wrong)
  const candidates: readonly (readonly [boolean, string, string])[] = [
    [fewer === 0, 'labels_all_equal', 'All labels agree: how well a score separates right from wrong is unknown.'],
    [
      fewer > 0 && fewer < FEW_OF_A_KIND,
      'few_of_a_kind',
      `Only ${fewer} answers are ${right < wrong ? 'right' : 'wrong'}: the intervals are wide and themselves rough.`
    ],
    [
      partly.length > 0,
      'unscored_examples',
      `Rows rest on different answers, as some have no score: ${partly.join(', ')}. See \`missing\`.`
    ]
  ]
  return candidates.filter(([applies]) => applies).map(([, code, message]) => ({ code, message }))
}

function modelOf(records: readonly EvaluationRecord[]): string | null {
  const models = new Set(records.flatMap(({ model }) => (model === null ? [] : [model])))
  return models.size === 1 ? [...models][0]! : null
}

const perScorer = <T>(parts: readonly ScorerPart[], of: (part: ScorerPart) => T): Record<string, T> =>
  Object.fromEntries(parts.map((each) => [each.row.scorer, of(each)]))

/** The evaluation of all records, best AUROC first. Lets other work in between two scorers. */
export async function tabulate(records: readonly EvaluationRecord[], choice: Choice): Promise<EvaluationBody> {
  const parts: ScorerPart[] = []
  for (const scorer of choice.scorers) {
    parts.push(part(scorer, records))
    await nextTurn()
  }
  parts.sort((a, b) => (b.row.auroc.value ?? -1) - (a.row.auroc.value ?? -1))
  const table = parts.map(({ row }) => row)
  const quality = records.flatMap((record) => record.quality ?? [])
  return {
    model: modelOf(records),
    n: records.length,
    labelled: quality.length,
    accuracy: quality.length === 0 ? null : quality.reduce((sum, each) => sum + each, 0) / quality.length,
    scorer_options: Object.fromEntries(Object.entries(choice.options).map(([name, given]) => [name, { ...given }])),
    table,
    risk_coverage: perScorer(parts, ({ curve }) => curve),
    reliability: perScorer(parts, ({ bins }) => bins),
    histograms: perScorer(parts, ({ histogram }) => histogram),
    usage: usageOf(records),
    warnings: [...warningsOf(quality, table, records.length)]
  }
}
