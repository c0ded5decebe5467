import fc from 'fast-check'
import t from 'tap'
import {
  auarcOf,
  binsOf,
  countedAuroc,
  countedBrier,
  countedCurve,
  countedEce,
  prrOf,
  rankingOf
} from '../../src/math/counted-metrics.js'
import { auarc, auroc, prr } from '../../src/math/metrics.js'
import { brier, equalWidthBins, expectedCalibrationError } from '../../src/math/reliability.js'

const answer = fc.record({
  uncertainty: fc.integer({ min: 0, max: 6 }),
  quality: fc.constantFrom(0, 0, 1, 1, 0.25),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  count: fc.integer({ min: 0, max: 3 })
})

const close = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) < 1e-9

t.test('every figure of counted answers is that of the answers so repeated', async (t) => {
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 12 }), (answers) => {
      const repeated = answers.flatMap((each) => new Array<typeof each>(each.count).fill(each))
      const of = (name: 'uncertainty' | 'quality' | 'confidence' | 'count', from = answers) => from.map((a) => a[name])
      const [u, q, c, counts] = [of('uncertainty'), of('quality'), of('confidence'), of('count')]
      const [ru, rq, rc] = [of('uncertainty', repeated), of('quality', repeated), of('confidence', repeated)]
      const wrong = q.map((each) => each < 0.5)
      const curve = countedCurve(rankingOf(u), q, counts)
      const oracle = countedCurve(rankingOf(q.map((each) => -each)), q, counts)
      return (
        close(
          countedAuroc(rankingOf(u), wrong, counts),
          auroc(
            ru,
            rq.map((each) => each < 0.5)
          )
        ) &&
        close(auarcOf(curve), auarc(ru, rq)) &&
        close(prrOf(curve, oracle), prr(ru, rq)) &&
        close(countedEce(binsOf(c), c, q, counts), expectedCalibrationError(equalWidthBins(rc, rq))) &&
        close(countedBrier(c, q, counts), brier(rc, rq))
      )
    })
  )
  t.pass()
})
