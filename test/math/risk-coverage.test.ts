import t from 'tap'
import { riskCoverage } from '../../src/math/risk-coverage.js'

t.test('every distinct uncertainty is a point, with the mean loss up to it', async (t) => {
  t.same(riskCoverage([1, 2, 2, 3], [1, 1, 0, 0]), [
    { coverage: 0.25, risk: 0, uncertainty: 1 },
    { coverage: 0.75, risk: 1 / 3, uncertainty: 2 },
    { coverage: 1, risk: 0.5, uncertainty: 3 }
  ])
})

t.test('many answers are thinned, and the last point keeps all', async (t) => {
  const values = Array.from({ length: 1000 }, (_, i) => i)
  const points = riskCoverage(
    values,
    values.map((i) => (i < 900 ? 1 : 0)),
    50
  )
  t.ok(points.length <= 52, `${points.length}`)
  t.match(points.at(-1), { coverage: 1, uncertainty: 999 })
  t.equal(points.at(-1)!.risk.toFixed(9), '0.100000000')
})

t.test('no answers, no points', async (t) => {
  t.same(riskCoverage([], []), [])
})
