import t from 'tap'
import { readArguments, UsageError } from '../../src/cli/arguments.js'

const read = (...argv: string[]) => readArguments(argv, ['a', 'b'])

t.test('a file alone takes every default', async (t) => {
  t.same(read('evaluate', 'x.jsonl'), {
    file: 'x.jsonl',
    out: null,
    choice: {},
    system: null,
    samples: null,
    limit: null,
    fresh: false
  })
})

t.test('options are read', async (t) => {
  t.match(read('evaluate', 'x', '--scorers', 'g_nll, eigv', '--samples', '5', '--fresh', '--options', '{"eigv":{}}'), {
    choice: { scorers: ['g_nll', 'eigv'], options: { eigv: {} } },
    samples: 5,
    fresh: true
  })
  t.same(read('evaluate', 'x', '--scorers', 'all')!.choice.scorers, ['a', 'b'])
  t.equal(read('evaluate', '--help'), null)
})

t.test('what cannot be understood is told', async (t) => {
  for (const argv of [
    [],
    ['score', 'x'],
    ['evaluate'],
    ['evaluate', 'x', 'y'],
    ['evaluate', 'x', '--nothing'],
    ['evaluate', 'x', '--samples', '0'],
    ['evaluate', 'x', '--limit', 'ten'],
    ['evaluate', 'x', '--preset', 'huge'],
    ['evaluate', 'x', '--preset', 'fast', '--scorers', 'a'],
    ['evaluate', 'x', '--options', '[]'],
    ['evaluate', 'x', '--options', '{']
  ]) {
    t.throws(() => read(...argv), UsageError, argv.join(' '))
  }
})
