import t from 'tap'
import { createJudges } from '../../src/judges/judges.js'
import type { JudgedItem } from '../../src/schemas/judges.js'

const { signal } = new AbortController()
const judges = createJudges()
const items = (count: number, item: JudgedItem): JudgedItem[] => new Array<JudgedItem>(count).fill(item)
const codes = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code)

t.test('gold on both levels identifies the estimate', async (t) => {
  const estimate = await judges.estimate(
    {
      items: [
        ...items(20, { verdicts: { a: true, b: true }, gold: true }),
        ...items(10, { verdicts: { a: false, b: true }, gold: false }),
        ...items(30, { verdicts: { a: true, b: true } })
      ]
    },
    signal
  )
  t.match(estimate, { n: 60, gold: 30, levels: 2, identified_by: 'gold', candidates: [{ candidate: 'all', n: 60 }] })
  const { quality, observed } = estimate.candidates[0]!
  t.ok(quality.mean > 0.7 && quality.low < quality.mean && quality.mean < quality.high)
  t.equal(observed, 110 / 120)
  t.same(codes(estimate.warnings), ['judge_uninformative'])
  t.match(estimate.warnings[0]!.message, / b\.$/u)
  t.equal(estimate.items[0]!.levels[1], 1)
})

t.test('two judges without gold leave it to the prior, and that is told', async (t) => {
  const mixed = [...items(20, { verdicts: { a: 1, b: 1 } }), ...items(15, { verdicts: { a: 1, b: 0 } })]
  const estimate = await judges.estimate({ items: mixed }, signal)
  t.equal(estimate.identified_by, 'prior')
  t.ok(codes(estimate.warnings).includes('not_identified'))
  t.ok(codes(estimate.warnings).includes('prior_sensitive'))
  t.same(
    estimate.sensitivity.map(({ trust }) => trust),
    [0, 2, 8]
  )
})

t.test('three judges of three levels do not identify a ranking', async (t) => {
  const verdicts = { a: 2, b: 2, c: 1 }
  const estimate = await judges.estimate({ levels: 3, items: items(9, { verdicts, candidate: 'x' }) }, signal)
  t.equal(estimate.identified_by, 'judges')
  t.equal(estimate.agreement.scale, 'ordinal')
  const told = codes(estimate.warnings)
  t.ok(told.includes('independence_assumed') && told.includes('ranking_not_identified'), told.join(' '))
})

t.test('repeated verdicts count as their majority, ties as none', async (t) => {
  const estimate = await judges.estimate(
    {
      items: [{ id: 'x', verdicts: { a: [true, true, false], b: null } }, { verdicts: { a: [true, false] } }]
    },
    signal
  )
  t.match(estimate.judges, [
    { judge: 'a', n: 1, self_agreement: 0.25, undecided: 1 },
    { judge: 'b', n: 0, self_agreement: null, undecided: 0 }
  ])
  t.same(
    estimate.items.map(({ id }) => id),
    ['x', '1']
  )
})

t.test('verdicts off the scale are told with their place', async (t) => {
  const refused = async (request: Parameters<typeof judges.estimate>[0], pointer: string) =>
    t.rejects(judges.estimate(request, signal), { code: 'QUALM_ERR_VALIDATION', errors: [{ pointer }] })
  await refused({ items: [{ verdicts: { 'a/b': 2 } }] }, '/items/0/verdicts/a~1b')
  await refused({ levels: 3, items: [{ verdicts: { a: true } }] }, '/items/0/verdicts/a')
  await refused({ items: [{ verdicts: { a: 1 }, gold: 5 }] }, '/items/0/gold')
  const crowd = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`j${i}`, 1]))
  await refused({ items: items(3000, { verdicts: crowd }) }, '/items')
})

t.test('a client that leaves stops the draws', async (t) => {
  const gone = AbortSignal.abort(new Error('gone'))
  await t.rejects(judges.estimate({ items: items(100, { verdicts: { a: 1 } }) }, gone), { message: 'gone' })
})

t.test('the audit tells flips and biases, and when there are few pairs', async (t) => {
  const swap = (original: boolean, changed: boolean) => ({ kind: 'order' as const, original, changed })
  const swaps = [...new Array(30).fill(swap(true, true)), ...new Array(12).fill(swap(true, false))]
  const report = judges.audit({ swaps: [...swaps, { kind: 'wording', original: true, changed: true }] })
  t.match(report, { kinds: [{ kind: 'order', n: 42, flips: 12, yes_to_no: 12, biased: true }, { biased: false }] })
  t.same(codes(report.warnings), ['few_swaps'])
})
