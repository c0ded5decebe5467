import t from 'tap'
import { massWarnings, meanShares, orderGap } from '../../src/math/option-readings.js'
import { near } from '../fixtures/near.js'

t.test('shares are rescaled within each reading before they are averaged', async (t) => {
  const shares = meanShares([
    [0.9, 0.1],
    [0.01, 0.01]
  ])!
  near(t, shares[0]!, 0.7, 'first option')
  near(t, shares[1]!, 0.3, 'second option')
})

t.test('a reading without mass leaves all shares unknown', async (t) => {
  t.equal(meanShares([]), null)
  t.equal(
    meanShares([
      [0.5, 0.5],
      [0, 0]
    ]),
    null
  )
})

t.test('the gap of an option is between its largest and its smallest share', async (t) => {
  near(
    t,
    orderGap(
      [
        [0.4, 0.1],
        [0.1, 0.3]
      ],
      0
    ),
    0.55,
    'gap'
  )
  t.equal(orderGap([[0.4, 0.1]], 0), 0)
})

t.test('a reading that leaves the options less than a tenth is warned of', async (t) => {
  t.same(massWarnings([[0.05, 0.05]]), [])
  t.equal(
    massWarnings([
      [0.5, 0.5],
      [0.05, 0.04]
    ])[0]?.code,
    'low_option_mass'
  )
})
