import t from 'tap'
import type { Section } from '../../bench/quality/report.js'
import type { TableRow } from '../../bench/quality/table.js'
import { qualityTop } from '../../src/docs/quality-top.js'

const figure = (value: number | null) => ({
  value,
  interval: value === null ? null : { low: value - 0.05, high: value + 0.05 }
})

const row = (label: string, auroc: number | null): TableRow => ({
  label,
  n: 349,
  missing: {},
  accuracy: 0.37,
  auroc: figure(auroc),
  auarc: figure(0.5),
  prr: { value: 0.25, interval: null },
  ece: figure(0.04),
  brier: figure(0.2)
})

const section = (name: string, rows: readonly TableRow[]): Section => ({
  name,
  title: 'Facts: greedy answers',
  answers: 349,
  right: 129,
  rows
})

const BASELINES = [row('baseline: answer length', 0.6), row('baseline: random', 0.5)]
const linesOf = (sections: readonly Section[]): readonly string[] => qualityTop(sections).split('\n')

t.test('a line has the three figures that need no calibration, with their intervals', async (t) => {
  const [words, , head, , first] = linesOf([section('facts', [row('perplexity', 0.728), ...BASELINES])])
  t.match(words, /^349 answers, 129 right;/u)
  t.equal(head, '| Score | AUROC | AUARC | PRR |')
  t.equal(first, '| `perplexity` | 0.728 [0.68, 0.78] | 0.500 [0.45, 0.55] | 0.250 |')
})

t.test('the best twelve stand first, the baselines always last', async (t) => {
  const rows = Array.from({ length: 20 }, (_, i) => row(`scorer_${String(i)}`, 0.8 - i / 100))
  const labels = linesOf([section('facts', [...rows, ...BASELINES])]).slice(4)
  t.same(
    labels.map((line) => line.split('`')[1]),
    [...rows.slice(0, 12), ...BASELINES].map(({ label }) => label)
  )
})

t.test('only the facts are shown, wherever they stand', async (t) => {
  const other = section('nq-open', [row('g_nll', 0.9)])
  t.notMatch(qualityTop([other, section('facts', [row('perplexity', 0.7)])]), /g_nll/u)
  t.equal(qualityTop([other]), '')
  t.equal(qualityTop([]), '')
})

t.test('a figure without a value is a dash', async (t) => {
  t.match(qualityTop([section('facts', [row('constant', null)])]), /`constant` \| – \|/u)
})
