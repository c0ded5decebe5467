import t from 'tap'
import { familiesTable, scorersTables } from '../../src/docs/scorers-table.js'
import type { Scorer } from '../../src/scorer.js'

const base: Scorer = {
  name: 'doubt',
  summary: 'How doubtful it is.',
  reference: 'Doe 2024, arXiv 2401.00001',
  needs: ['answer.logprobs'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 20, readings: 2 },
  options: { properties: { form: {}, base: {} } },
  score: () => ({ value: 0 })
}
const sure: Scorer = {
  ...base,
  name: 'surety',
  needs: ['samples', 'clusters'],
  range: [null, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 0, entailment_pairs: 0 }
}
const scorers = new Map([base, sure].map((scorer) => [scorer.name, scorer]))

t.test('a row tells what a scorer reads, measures, adds and rests on', async (t) => {
  const cells = [
    '`doubt`',
    'How doubtful it is.',
    '`answer.logprobs`',
    'nats, [0, ∞)',
    'uncertain',
    '1 text, 2 readings, 20 comparisons',
    '`form` `base`',
    'Doe 2024, arXiv 2401.00001'
  ]
  t.ok(scorersTables(scorers).includes(`| ${cells.join(' | ')} |`))
})

t.test('open ranges, certainties and scorers without work read as such', async (t) => {
  t.match(scorersTables(scorers), /`samples` `clusters` \| nats, \(−∞, 1\] \| certain \| none \|/u)
})

t.test('each family is a section; families without members are left out', async (t) => {
  const titles = scorersTables(scorers).match(/^### .*$/gmu)
  t.same(titles, ['### Single pass', '### Black box'])
})

t.test('the short table links to the section and counts its scorers', async (t) => {
  const [, , first, second, ...rest] = familiesTable(scorers).split('\n')
  t.ok(first?.startsWith('| [Single pass](docs/scorers.md#single-pass) | 1 | '))
  t.ok(second?.startsWith('| [Black box](docs/scorers.md#black-box) | 1 | '))
  t.same(rest, [])
})
