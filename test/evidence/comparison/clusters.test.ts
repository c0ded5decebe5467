import t from 'tap'
import type { PairResult } from '../../../src/engine/engine.js'
import { Asker } from '../../../src/evidence/asker.js'
import { gatherClusters } from '../../../src/evidence/comparison/clusters.js'
import { Comparisons } from '../../../src/evidence/comparison/comparisons.js'
import { Missing } from '../../../src/evidence/missing.js'
import type { Generation } from '../../../src/scorer.js'
import {
  CONTRADICTS,
  createScriptedEngine,
  ENTAILS,
  NEUTRAL,
  type Script,
  type ScriptedEngine
} from '../../fixtures/scripted-engine.js'

const sample = (text: string): Promise<Generation> =>
  Promise.resolve({ text, tokens: null, finishReason: 'stop', basis: 'unknown', source: 'supplied' })

function setup(script: Script, question: string | null = null): { engine: ScriptedEngine; comparisons: Comparisons } {
  const engine = createScriptedEngine(script)
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  return { engine, comparisons: new Comparisons(question, () => null, ask) }
}

/** Labels of F11: 2 entailment, 1 neutral, 0 contradiction, by the texts a, b, c, d. */
const F11: Readonly<Record<string, PairResult>> = {
  'a>b': ENTAILS,
  'b>a': NEUTRAL,
  'a>c': NEUTRAL,
  'c>a': NEUTRAL,
  'a>d': CONTRADICTS,
  'd>a': NEUTRAL,
  'b>c': ENTAILS,
  'c>b': ENTAILS,
  'b>d': NEUTRAL,
  'd>b': NEUTRAL,
  'c>d': ENTAILS,
  'd>c': NEUTRAL
}
const f11 = { entails: (premise: string, hypothesis: string) => F11[`${premise}>${hypothesis}`]! }
const pairsOf = (engine: ScriptedEngine): readonly string[] =>
  engine.calls.flatMap((call) =>
    call.kind === 'entail' ? call.pairs.map(({ premise, hypothesis }) => `${premise}>${hypothesis}`) : []
  )

t.test('fixture F11 gives its partitions under both rules', async (t) => {
  const samples = ['a', 'b', 'c', 'd'].map(sample)
  const { comparisons } = setup(f11)
  t.same((await gatherClusters(samples, comparisons, 'strict')).assignment, [0, 1, 1, 2])
  t.same((await gatherClusters(samples, comparisons, 'loose')).assignment, [0, 0, 1, 1])
})

t.test('a text is compared backward only where it matters', async (t) => {
  const { engine, comparisons } = setup(f11)
  await gatherClusters(['a', 'b', 'c', 'd'].map(sample), comparisons, 'strict')
  t.same(pairsOf(engine), ['a>b', 'b>a', 'a>c', 'b>c', 'c>b', 'a>d', 'b>d'])
})

t.test('a match in the first group spares the comparisons with the others', async (t) => {
  const same = new Set(['a>e', 'e>a'])
  const { engine, comparisons } = setup({
    entails: (premise, hypothesis) => (same.has(`${premise}>${hypothesis}`) ? ENTAILS : CONTRADICTS)
  })
  const { assignment } = await gatherClusters(['a', 'b', 'c', 'd', 'e'].map(sample), comparisons, 'loose')
  t.same(assignment, [0, 1, 2, 3, 0])
  t.same(pairsOf(engine).slice(-2), ['a>e', 'e>a'])
})

t.test('representatives after the first are compared in growing slices, each in one call', async (t) => {
  const { engine, comparisons } = setup({ entails: () => CONTRADICTS })
  await gatherClusters(['a', 'b', 'c', 'd', 'e'].map(sample), comparisons, 'loose')
  const sizes = engine.calls.map((call) => (call.kind === 'entail' ? call.pairs.length : 0))
  t.same(sizes.slice(-3), [1, 2, 1], 'four groups stand before the last text')
})

t.test('a second rule asks only for what the first has not compared', async (t) => {
  const { engine, comparisons } = setup(f11)
  const samples = ['a', 'b', 'c', 'd'].map(sample)
  await Promise.all([gatherClusters(samples, comparisons, 'strict'), gatherClusters(samples, comparisons, 'loose')])
  const pairs = pairsOf(engine)
  t.equal(new Set(pairs).size, pairs.length)
})

t.test('duplicates join without a comparison', async (t) => {
  const { engine, comparisons } = setup({})
  const clusters = await gatherClusters(['Paris', 'Paris.', ' Paris', 'Paris'].map(sample), comparisons, 'loose')
  t.same(clusters, { rule: 'loose', assignment: [0, 0, 0, 0], count: 1 })
  t.equal(engine.count('entail'), 0)
})

t.test('the question stands before both sides', async (t) => {
  const { engine, comparisons } = setup({}, 'Where?')
  await gatherClusters(['here', 'there'].map(sample), comparisons, 'strict')
  t.same(pairsOf(engine), ['Where? here>Where? there'])
})

t.test('the order in which rows finish changes nothing', async (t) => {
  const { engine, comparisons } = setup(f11)
  const open: (() => void)[] = []
  const late = ['a', 'b', 'c', 'd'].map(
    (text) =>
      new Promise<Generation>((resolve) => {
        open.push(() => {
          sample(text).then(resolve, () => undefined)
        })
      })
  )
  const clusters = gatherClusters(late, comparisons, 'strict')
  for (const finish of open.toReversed()) finish()
  t.same((await clusters).assignment, [0, 1, 1, 2])
  t.same(pairsOf(engine).slice(0, 2), ['a>b', 'b>a'])
})

t.test('comparisons start while later samples are still missing', async (t) => {
  const { engine, comparisons } = setup({})
  const never = new Promise<Generation>(() => undefined)
  void gatherClusters([sample('a'), sample('b'), never], comparisons, 'strict')
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(engine.count('entail'), 1)
})

t.test('without a ready entailment model different texts cannot be compared, equal ones can', async (t) => {
  for (const state of ['loading', 'failed'] as const) {
    const { comparisons } = setup({ states: { entailment: state } })
    t.equal((await gatherClusters(['a', 'a'].map(sample), comparisons, 'strict')).count, 1)
    const error: unknown = await gatherClusters(['a', 'b'].map(sample), comparisons, 'strict').catch((e: unknown) => e)
    t.ok(error instanceof Missing)
    t.match(error, { status: 'failed', reason: 'entailment_unavailable' })
  }
})

t.test('supplied comparisons are used and the model answers only for the rest', async (t) => {
  const engine = createScriptedEngine({ entails: () => CONTRADICTS })
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const comparisons = new Comparisons(null, (i, j) => (i < 2 && j < 2 ? ENTAILS : null), ask)
  const clusters = await gatherClusters(['a', 'b', 'c'].map(sample), comparisons, 'strict')
  t.same(clusters.assignment, [0, 0, 1])
  t.same(pairsOf(engine), ['a>c'])
})

t.test('cut comparisons are counted and the log is in order', async (t) => {
  const { comparisons } = setup({ entails: () => ({ ...ENTAILS, truncated: true }) })
  await gatherClusters(['a', 'b'].map(sample), comparisons, 'strict')
  t.equal(comparisons.truncated, 2)
  t.same(
    comparisons.log().map(({ premise, hypothesis }) => [premise, hypothesis]),
    [
      [0, 1],
      [1, 0]
    ]
  )
})
