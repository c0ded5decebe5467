/** Records turned into a table of figures: every column, the baselines, and what fusion adds. */
import { seededRandom } from '../../src/math/random.js'
import { crossFit } from '../../src/math/cross-fitting.js'
import { evaluate, type Evaluation, type Figure } from '../../src/math/evaluation.js'
import { fitLogistic, logitOf } from '../../src/math/logistic.js'
import { quantilesOf, rankAmong } from '../../src/math/ranks.js'
import type { QualityRecord } from './records.js'

/** One line of a table. */
export interface TableRow extends Evaluation {
  readonly label: string
  /** Answers without a value, by reason. */
  readonly missing: Readonly<Record<string, number>>
}

/** Quantiles that stand for the scores of a set; enough that ranks of a few hundred answers stay apart. */
export const QUANTILES = 65
/** Keeps a handful of correlated members from being weighed against each other by chance. */
const RIDGE = 1

function rowOf(
  label: string,
  records: readonly QualityRecord[],
  of: (record: QualityRecord) => number | null
): TableRow {
  const known = records.filter((record) => of(record) !== null)
  const missing: Record<string, number> = {}
  for (const record of records) {
    if (of(record) !== null) continue
    const reason = record.reasons[label] ?? 'no value'
    missing[reason] = (missing[reason] ?? 0) + 1
  }
  const evaluation = evaluate(
    known.map((record) => of(record)!),
    known.map(({ right }) => (right ? 1 : 0)),
    { groups: known.map(({ group }) => group) }
  )
  return { label, missing, ...evaluation }
}

const scoreOf =
  (label: string) =>
  (record: QualityRecord): number | null =>
    record.scores[label] ?? null

/** Longer answers are more uncertain: what a score must beat. */
function baselines(records: readonly QualityRecord[]): readonly TableRow[] {
  const random = seededRandom(1)
  const drawn = new Map(records.map(({ id }) => [id, random()]))
  return [
    rowOf('baseline: answer length', records, ({ answer }) => answer.length),
    rowOf('baseline: random', records, ({ id }) => drawn.get(id)!)
  ]
}

/** Quantiles of each member's uncertainty over the records that have one. */
export function memberQuantiles(
  records: readonly QualityRecord[],
  members: readonly string[]
): ReadonlyMap<string, readonly number[]> {
  return new Map(
    members.map((label) => {
      const values = records.map(scoreOf(label)).filter((value) => value !== null)
      return [label, quantilesOf(values, QUANTILES)]
    })
  )
}

/** The ranks of one record's members, or null when one has no value. */
function ranksOf(record: QualityRecord, quantiles: ReadonlyMap<string, readonly number[]>): number[] | null {
  const ranks = [...quantiles].flatMap(([label, list]) => {
    const value = scoreOf(label)(record)
    return value === null ? [] : [rankAmong(value, list)]
  })
  return ranks.length < quantiles.size ? null : ranks
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The fused rows: mean of the members' ranks, and a logistic regression on them, cross-fitted. */
function fusionRows(
  name: string,
  records: readonly QualityRecord[],
  quantiles: ReadonlyMap<string, readonly number[]>
): readonly TableRow[] {
  const ranks = new Map(records.map((record) => [record.id, ranksOf(record, quantiles)]))
  const known = records.filter(({ id }) => ranks.get(id) !== null)
  const rows = known.map(({ id }) => ranks.get(id)!)
  const logits = crossFit(
    known.length,
    (indexes) =>
      fitLogistic(
        indexes.map((i) => rows[i]!),
        indexes.map((i) => (known[i]!.right ? 0 : 1)),
        RIDGE
      ),
    (fit, i) => logitOf(fit, rows[i]!)
  )
  const logitOfId = new Map(known.map(({ id }, i) => [id, logits?.[i] ?? null]))
  return [
    rowOf(name, records, ({ id }) => {
      const own = ranks.get(id)
      return own ? meanOf(own) : null
    }),
    rowOf(`${name}, logistic, cross-fitted`, records, ({ id }) => logitOfId.get(id) ?? null)
  ]
}

/** Ensembles by name, each with the quantiles of its members. */
export type Ensembles = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>

/** All rows, best AUROC first, baselines last. Ensembles appear where every member has a column. */
export function tableOf(records: readonly QualityRecord[], ensembles: Ensembles): readonly TableRow[] {
  const labels = Object.keys(records[0]?.scores ?? {})
  const rows = labels.map((label) => rowOf(label, records, scoreOf(label)))
  const fused = [...ensembles]
    .filter(([, quantiles]) => [...quantiles.keys()].every((member) => labels.includes(member)))
    .flatMap(([name, quantiles]) => fusionRows(name, records, quantiles))
  return [...[...rows, ...fused].sort(byAuroc), ...baselines(records)]
}

function byAuroc(a: TableRow, b: TableRow): number {
  return (b.auroc.value ?? -1) - (a.auroc.value ?? -1)
}

function shown({ value, interval }: Figure): string {
  if (value === null) return '–'
  return interval === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`
}

/** A table in Markdown. */
export function markdownOf(rows: readonly TableRow[], costs: ReadonlyMap<string, string>): string {
  const lines = rows.map((row) =>
    [
      `\`${row.label}\``,
      shown(row.auroc),
      shown(row.auarc),
      shown(row.prr),
      shown(row.ece),
      shown(row.brier),
      String(row.n),
      costs.get(row.label) ?? '–'
    ].join(' | ')
  )
  return [
    '| Score | AUROC | AUARC | PRR | ECE | Brier | n | Cost |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines.map((line) => `| ${line} |`)
  ].join('\n')
}
