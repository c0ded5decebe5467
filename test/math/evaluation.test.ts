import t from 'tap'
import { crossFittedConfidence, evaluate } from '../../src/math/evaluation.js'

const uncertainty = [0.1, 0.2, 0.2, 0.4, 0.6, 0.7, 0.9, 0.95]
const quality = [1, 1, 0, 1, 0, 1, 0, 0]

t.test('the figures of fixture F25', async (t) => {
  const { n, accuracy, auroc, auarc, prr } = evaluate(uncertainty, quality)
  t.same([n, accuracy], [8, 0.5])
  t.equal(auroc.value?.toFixed(6), '0.781250')
  t.equal(auarc.value?.toFixed(6), '0.679252')
  t.equal(prr.value?.toFixed(6), '0.592871')
})

t.test('an interval holds its value and is the same every time', async (t) => {
  const { auroc } = evaluate(uncertainty, quality)
  t.ok(auroc.interval!.low < auroc.value! && auroc.value! <= auroc.interval!.high)
  t.same(auroc, evaluate(uncertainty, quality).auroc)
})

t.test('answers that belong together are drawn together, which widens the interval', async (t) => {
  const many = Array.from({ length: 120 }, (_, i) => uncertainty[Math.floor(i / 15)]!)
  const labels = Array.from({ length: 120 }, (_, i) => quality[Math.floor(i / 15)]!)
  const alone = evaluate(many, labels).auroc.interval!
  const together = evaluate(many, labels, { groups: many.map((_, i) => Math.floor(i / 15)) }).auroc.interval!
  t.ok(together.high - together.low > 2 * (alone.high - alone.low))
})

t.test('labels of one kind have no AUROC, and nothing has no figure at all', async (t) => {
  t.same(evaluate([1, 2, 3], [1, 1, 1]).auroc, { value: null, interval: null })
  t.match(evaluate([], []), { n: 0, accuracy: null, brier: { value: null }, ece: { value: null } })
})

t.test('confidence is high where uncertainty is low', async (t) => {
  const confidence = crossFittedConfidence(uncertainty, quality)!
  t.ok(confidence[0]! > confidence[7]!)
  t.equal(crossFittedConfidence([1], [1]), null)
})
