import t from 'tap'
import { decideSet, optionReading, type OptionReading } from '../../src/policies/decide-set.js'
import type { ScoreExample } from '../../src/policies/examples.js'
import type { PolicyExample } from '../../src/schemas/policy.js'
import { near } from '../fixtures/near.js'
import { make } from './making.js'

/** Thirty questions of four options with the places of the right ones; the first 25 calibrate. */
const PROBABILITIES = [
  [0.329, 0.58, 0.091, 0.0],
  [0.627, 0.091, 0.071, 0.211],
  [0.904, 0.085, 0.01, 0.001],
  [0.133, 0.706, 0.132, 0.029],
  [0.05, 0.0, 0.034, 0.916],
  [0.325, 0.208, 0.099, 0.368],
  [0.397, 0.045, 0.173, 0.385],
  [0.745, 0.074, 0.143, 0.038],
  [0.043, 0.07, 0.287, 0.6],
  [0.445, 0.013, 0.523, 0.019],
  [0.212, 0.078, 0.559, 0.151],
  [0.458, 0.022, 0.322, 0.198],
  [0.088, 0.32, 0.176, 0.416],
  [0.023, 0.541, 0.263, 0.173],
  [0.107, 0.213, 0.198, 0.482],
  [0.053, 0.113, 0.147, 0.687],
  [0.097, 0.321, 0.055, 0.527],
  [0.207, 0.145, 0.605, 0.043],
  [0.005, 0.839, 0.016, 0.14],
  [0.242, 0.216, 0.096, 0.446],
  [0.025, 0.716, 0.251, 0.008],
  [0.002, 0.369, 0.507, 0.122],
  [0.362, 0.558, 0.072, 0.008],
  [0.793, 0.003, 0.047, 0.157],
  [0.072, 0.473, 0.417, 0.038],
  [0.295, 0.015, 0.288, 0.402],
  [0.401, 0.001, 0.022, 0.576],
  [0.075, 0.39, 0.138, 0.397],
  [0.208, 0.392, 0.112, 0.288],
  [0.471, 0.491, 0.025, 0.013]
]
const RIGHT = [0, 0, 0, 1, 3, 1, 3, 0, 3, 0, 2, 2, 3, 2, 2, 1, 3, 2, 1, 1, 1, 2, 1, 0, 1]
const LETTERS = ['A', 'B', 'C', 'D']
const calibration: PolicyExample[] = RIGHT.map((right, i) => ({ probabilities: PROBABILITIES[i]!, right }))

const reading = (probabilities: readonly number[], answer: string | null = null): OptionReading => ({
  options: probabilities.map((probability, i) => ({ label: LETTERS[i]!, text: `option ${i}`, probability })),
  answer
})
const sets = (objective: object = {}, examples = calibration) =>
  make({ scorer: 'reader', examples, objective: { kind: 'sets', target: 0.2, ...objective } })

t.test('thresholds and sets of LAC agree with MAPIE', async (t) => {
  // mapie 1.6.0: SplitConformalClassifier, LACConformityScore, prefit.
  const known = [
    [0.2, 0.737, ['ACD', 'AD', 'BD', 'BD', 'AB']],
    [0.1, 0.802, ['ACD', 'AD', 'BD', 'ABD', 'AB']]
  ] as const
  for (const [target, threshold, expected] of known) {
    const policy = await sets({ target })
    near(t, policy.threshold!, threshold, `target ${target}`, 1e-9)
    const found = PROBABILITIES.slice(25).map((one) => decideSet(policy, reading(one), 0, '').decision.set!)
    t.same(
      found.map((set) => set.map(({ label }) => label).join('')),
      expected
    )
  }
})

t.test('the policy tells how options are scored and how large the sets are', async (t) => {
  const policy = await sets()
  t.match(policy, {
    direction: 'higher_is_more_uncertain',
    guarantee: { kind: 'sets', method: 'split_conformal', score: 'lac', target: 0.2, level: null, n: 25 },
    report: { n: 25, right: 16 }
  })
  t.ok(policy.report.sets!.coverage >= 0.8)
  t.equal(
    policy.report.sets!.sizes.reduce((sum, count) => sum + count, 0),
    25
  )
  t.equal(policy.calibration.length, 25)
})

t.test('a set of one option is accepted when it is the answer', async (t) => {
  const policy = await sets()
  const sure = [0.9, 0.05, 0.03, 0.02]
  const { decision, score } = decideSet(policy, reading(sure, 'A'), 0, '')
  t.match(decision, { action: 'accept', set: [{ label: 'A', text: 'option 0' }], guarantee: { kind: 'sets' } })
  near(t, score!, 0.1, 'score', 1e-12)
  t.match(decideSet(policy, reading(sure), 0, '').decision, { action: 'accept' })
  t.match(decideSet(policy, reading(sure, 'B'), 0, '').decision, { action: 'abstain', reason: 'answer_outside_set' })
})

t.test('an empty set, or one that is too large, takes the action above', async (t) => {
  const policy = await sets()
  t.match(decideSet(policy, reading([0.26, 0.26, 0.25, 0.23]), 0, '').decision, { reason: 'empty_set', set: [] })
  const two = reading([0.4, 0.4, 0.1, 0.1])
  t.match(decideSet(policy, two, 0, '').decision, { action: 'abstain', reason: 'set_too_large', set: { length: 2 } })
  t.match(decideSet(await sets({ largest_set: 2 }), two, 0, '').decision, { action: 'accept' })
})

t.test('without options the answer is reviewed', async (t) => {
  const policy = await sets()
  t.match(decideSet(policy, null, 0, 'needs_choices').decision, {
    action: 'review',
    reason: 'needs_choices',
    score: null
  })
})

t.test('a statement is true, false or neither, and nothing is said when the set has not one of them', async (t) => {
  // Margin scores after formulas.md §12.2: (1 − lead) / 2. Ten statements with leads 0.1 … 1 for the right verdict.
  const examples = Array.from({ length: 10 }, (_, i) => {
    const lead = (i + 1) / 10
    const rest = (1 - lead) / 3
    return { probabilities: [rest + lead, rest, rest], right: 'A' }
  })
  const policy = await sets({ method: 'margin', target: 0.1 }, examples)
  near(t, policy.threshold!, 0.45, 'the largest of ten: ⌈11 · 0.9⌉ = 10', 1e-12)
  const verdict = (...probabilities: readonly number[]) => decideSet(policy, reading(probabilities), 0, '').decision
  t.match(verdict(0.6, 0.3, 0.1), { action: 'accept', set: [{ label: 'A' }] })
  t.match(verdict(0.1, 0.2, 0.7), { action: 'accept', set: [{ label: 'C' }] })
  t.match(verdict(0.4, 0.35, 0.25), { action: 'abstain', set: [] })
})

t.test('randomised sets use the number that they are given; others do not', async (t) => {
  const aps = await sets({ method: 'aps' })
  const drawn = await sets({ method: 'aps', randomized: true })
  t.ok(drawn.threshold! < aps.threshold!)
  const sizes = (policy: typeof aps, u: number) =>
    PROBABILITIES.map((one) => decideSet(policy, reading(one), u, '').decision.set!.length).reduce((a, b) => a + b)
  t.equal(sizes(aps, 0), sizes(aps, 0.9))
  t.ok(sizes(drawn, 0.9) > sizes(drawn, 0.1))
})

t.test('RAPS takes its penalty', async (t) => {
  const plain = await sets({ method: 'raps', lambda: 0 })
  t.equal(plain.threshold, (await sets({ method: 'aps' })).threshold)
  t.ok((await sets({ method: 'raps', lambda: 1, k_reg: 1 })).threshold! > plain.threshold!)
})

t.test('the right option is named by place, label or text', async (t) => {
  const probabilities = [0.7, 0.2, 0.1]
  const score: ScoreExample = async () => ({ uncertainty: 0.3, probabilities })
  const choices = ['Canberra', 'Sydney', 'Perth']
  for (const right of [1, 'B', 'b)', 'Sydney']) {
    const examples = Array.from({ length: 9 }, () => ({ request: { choices }, right }))
    const policy = await make({ scorer: 'reader', examples, objective: { kind: 'sets', target: 0.1 } }, score)
    near(t, policy.threshold!, 0.8, String(right), 1e-12)
  }
})

t.test('examples that do not fit are refused with their place', async (t) => {
  const good = calibration[0]!
  const bad = [
    [{ ...good, right: 4 }, 'QUALM_ERR_INVALID_EVIDENCE', '/examples/0/right'],
    [{ ...good, right: 'Z' }, 'QUALM_ERR_INVALID_EVIDENCE', '/examples/0/right'],
    [{ probabilities: [0.5, 0.2], right: 0 }, 'QUALM_ERR_INVALID_EVIDENCE', '/examples/0/probabilities'],
    [{ probabilities: [0.5, 0.5] }, 'QUALM_ERR_VALIDATION', '/examples/0/right'],
    [{ ...good, correct: true }, 'QUALM_ERR_VALIDATION', '/examples/0/correct'],
    [{ score: 1, right: 0 }, 'QUALM_ERR_VALIDATION', '/examples/0']
  ] as const
  for (const [example, code, pointer] of bad) {
    await t.rejects(sets({}, [example as PolicyExample]), { code, errors: [{ pointer }] })
  }
  await t.rejects(make({ examples: calibration, objective: { kind: 'sets', target: 0.2 } }), {
    code: 'QUALM_ERR_VALIDATION',
    errors: [{ pointer: '/scorer' }]
  })
})

t.test('too few questions are refused with the number needed, which is enough', async (t) => {
  await t.rejects(sets({ target: 0.1 }, calibration.slice(0, 8)), {
    code: 'QUALM_ERR_TOO_FEW_EXAMPLES',
    extra: { needed: 9, have: 8 }
  })
  t.ok((await sets({ target: 0.1 }, calibration.slice(0, 9))).threshold)
})

t.test('a question whose scorer tells no options plays no part', async (t) => {
  const score: ScoreExample = async ({ place }) =>
    Number(place) % 2 === 0 ? { uncertainty: 0.3 } : { uncertainty: 0.3, probabilities: [0.7, 0.3] }
  const examples = Array.from({ length: 40 }, (_, place) => ({ request: { place }, right: 0 }))
  const policy = await make({ scorer: 'reader', examples, objective: { kind: 'sets', target: 0.2 } }, score)
  t.match(policy.report, { n: 20, unscored: 20 })
})

t.test('a detail without options is no reading', async (t) => {
  t.equal(optionReading(undefined), null)
  t.equal(optionReading({ options: [{ label: 'A' }] }), null)
  t.match(optionReading({ option: 'A', options: [{ label: 'A', text: 'x', probability: 1 }] }), { answer: 'A' })
})
