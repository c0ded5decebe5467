import t from 'tap'
import type { Labelled } from '../../src/math/risk-control.js'
import { coverage } from '../../src/policies/objectives/coverage.js'
import { expectedRisk } from '../../src/policies/objectives/expected-risk.js'
import { selectiveError } from '../../src/policies/objectives/selective-error.js'

/** n examples with uncertainty 0, 1, 2 …; `loss` by index. */
const examples = (n: number, loss: (i: number) => number): readonly Labelled[] =>
  Array.from({ length: n }, (_, i) => ({ uncertainty: i, loss: loss(i) }))

const TOO_FEW = { code: 'QUALM_ERR_TOO_FEW_EXAMPLES', status: 422 }
const NO_THRESHOLD = { code: 'QUALM_ERR_NO_VALID_THRESHOLD', status: 422 }

t.test('selective error accepts everything that the examples certify', async (t) => {
  const fit = selectiveError({ examples: examples(100, () => 0), target: 0.1, level: 0.9 })
  t.match(fit, { threshold: 99, method: 'learn_then_test', level: 0.9, n: 100 })
  t.ok(fit.pValue! <= 0.1)
})

t.test('selective error takes a level of nine tenths when none is given', async (t) => {
  t.equal(selectiveError({ examples: examples(100, () => 0), target: 0.1, level: null }).level, 0.9)
})

t.test('selective error names the number of examples that it needs', async (t) => {
  t.throws(() => selectiveError({ examples: examples(21, () => 0), target: 0.1, level: 0.9 }), {
    ...TOO_FEW,
    message: /at least 22 examples/,
    extra: { needed: 22, have: 21 }
  })
  t.equal(selectiveError({ examples: examples(22, () => 0), target: 0.1, level: 0.9 }).threshold, 21)
})

t.test('selective error out of reach names the smallest attainable target, which then works', async (t) => {
  const data = examples(200, (i) => (i % 4 === 0 ? 1 : 0))
  let smallest = 0
  try {
    selectiveError({ examples: data, target: 0.05, level: 0.9 })
    t.fail('a quarter of the answers are wrong')
  } catch (error) {
    t.match(error, NO_THRESHOLD)
    smallest = (error as { extra: { smallest_attainable_target: number } }).extra.smallest_attainable_target
  }
  t.ok(smallest > 0.25 && smallest < 0.35, `${smallest}`)
  t.ok(selectiveError({ examples: data, target: smallest, level: 0.9 }).threshold > 0)
})

t.test('selective error with every answer wrong says that no target is attainable', async (t) => {
  t.throws(() => selectiveError({ examples: examples(60, () => 1), target: 0.2, level: 0.9 }), {
    ...NO_THRESHOLD,
    extra: { smallest_attainable_target: null }
  })
})

t.test('selective error with constant scores accepts all or none', async (t) => {
  const flat = (wrong: number) =>
    examples(200, (i) => (i < wrong ? 1 : 0)).map(({ loss }) => ({ uncertainty: 7, loss }))
  t.equal(selectiveError({ examples: flat(8), target: 0.1, level: 0.9 }).threshold, 7)
  t.throws(() => selectiveError({ examples: flat(30), target: 0.1, level: 0.9 }), NO_THRESHOLD)
})

t.test('selective error with graded labels uses a wider test than with right-or-wrong ones', async (t) => {
  const graded = examples(300, (i) => (i % 10 === 0 ? 0.5 : 0))
  const binary = examples(300, (i) => (i % 20 === 0 ? 1 : 0))
  const ask = { target: 0.15, level: 0.9 }
  const [wide, exact] = [selectiveError({ examples: graded, ...ask }), selectiveError({ examples: binary, ...ask })]
  t.equal(wide.threshold, 299)
  t.equal(exact.threshold, 299)
  t.ok(wide.pValue! > exact.pValue!)
})

t.test('coverage is the conformal quantile of the right answers', async (t) => {
  const data = [...examples(10, () => 0), { uncertainty: -5, loss: 1 }, { uncertainty: 99, loss: 1 }]
  t.match(coverage({ examples: data, target: 0.2, level: null }), {
    threshold: 8,
    method: 'split_conformal',
    level: null,
    n: 10,
    pValue: null
  })
})

t.test('coverage with a level covers with that confidence', async (t) => {
  t.match(coverage({ examples: examples(22, () => 0), target: 0.1, level: 0.9 }), {
    threshold: 21,
    method: 'conformal_tolerance',
    level: 0.9
  })
})

t.test('coverage names the number of right answers that it needs, and that number is enough', async (t) => {
  for (const [target, level, needed] of [
    [0.1, null, 9],
    [0.05, null, 19],
    [0.3, null, 3],
    [0.1, 0.9, 22]
  ] as const) {
    t.throws(() => coverage({ examples: examples(needed - 1, () => 0), target, level }), {
      ...TOO_FEW,
      extra: { needed }
    })
    t.equal(coverage({ examples: examples(needed, () => 0), target, level }).threshold, needed - 1)
  }
})

t.test('coverage without any right answer is too few', async (t) => {
  t.throws(() => coverage({ examples: examples(50, () => 1), target: 0.5, level: null }), {
    ...TOO_FEW,
    extra: { have: 0 }
  })
})

t.test('coverage works from one right answer when the target allows it', async (t) => {
  t.equal(coverage({ examples: examples(1, () => 0), target: 0.5, level: null }).threshold, 0)
})

t.test('expected risk bounds the joint error', async (t) => {
  // 99 examples, target 0.1: (errors + 1) / 100 ≤ 0.1 leaves 9 errors.
  const fit = expectedRisk({ examples: examples(99, (i) => (i >= 50 ? 1 : 0)), target: 0.1, level: null })
  t.match(fit, { threshold: 58, method: 'conformal_risk_control', level: null, n: 99 })
})

t.test('expected risk out of reach tells the smallest attainable target', async (t) => {
  const tied = examples(19, (i) => (i < 9 ? 1 : 0)).map(({ loss }) => ({ uncertainty: 0, loss }))
  t.throws(() => expectedRisk({ examples: tied, target: 0.2, level: null }), {
    ...NO_THRESHOLD,
    extra: { smallest_attainable_target: 0.5 }
  })
  t.equal(expectedRisk({ examples: tied, target: 0.5, level: null }).threshold, 0)
})

t.test('expected risk needs enough examples and takes no level', async (t) => {
  t.throws(() => expectedRisk({ examples: examples(8, () => 0), target: 0.1, level: null }), {
    ...TOO_FEW,
    extra: { needed: 9 }
  })
  t.throws(() => expectedRisk({ examples: examples(50, () => 0), target: 0.1, level: 0.9 }), {
    code: 'QUALM_ERR_VALIDATION',
    errors: [{ pointer: '/objective/level' }]
  })
})
