import t from 'tap'
import type { CalibrationBody } from '../../src/calibrations/calibration.js'
import { fitOne } from '../../src/calibrations/fit-calibration.js'
import { CALIBRATION_KIND } from '../../src/calibrations/kind.js'
import { buildValidator } from '../../src/http/validators.js'
import { finish } from '../fixtures/finish.js'
import { scorer } from '../policies/scorers.js'

const quality = Array.from({ length: 40 }, (_, i) => ((i * 7) % 40 > i ? 1 : 0))
const examples = { quality, uncertainty: quality.map((_, i) => [i]), unscored: 0, reasons: {} }
const body: CalibrationBody = {
  scorer: 'spread',
  direction: 'higher_is_more_uncertain',
  options: {},
  members: [],
  method: 'isotonic',
  model: null,
  binding: 'unknown',
  warnings: [],
  ...finish(fitOne(examples, scorer(), 'isotonic')),
  examples: { quality, uncertainty: examples.uncertainty }
}
const json = () => JSON.parse(JSON.stringify(CALIBRATION_KIND.encode(body))) as Record<string, unknown>
const validate = buildValidator({})({ schema: CALIBRATION_KIND.schema })

t.test('the stored form fits its schema, has no flaw and is read back whole', async (t) => {
  t.notOk('error' in validate(json()))
  t.equal(CALIBRATION_KIND.flaw!(json()), null)
  t.strictSame(CALIBRATION_KIND.decode(json()), body)
})

t.test('a form that somebody changed is told', async (t) => {
  t.match(CALIBRATION_KIND.flaw!({ ...json(), examples: { quality: [1], uncertainty: [[1], [2]] } }), /parallel/)
  t.match(CALIBRATION_KIND.flaw!({ ...json(), members: [{}, {}] }), /parallel/)
  for (const fit of [{}, { ...body.fit, map: {} }, { ...body.fit, method: 'none' }, { kind: 'joint' }]) {
    t.match(CALIBRATION_KIND.flaw!({ ...json(), fit }), /fit/)
  }
  t.ok('error' in validate({ ...json(), method: 'magic' }))
})
