import t from 'tap'
import { build } from '../helper.js'

t.test('verdicts are estimated, swaps audited', async (t) => {
  const server = await build(t)
  const payload = { items: [{ id: 'q1', verdicts: { a: true, b: [false, true, true] } }] }
  const estimate = await server.inject({ method: 'POST', url: '/v1/judges', payload })
  t.equal(estimate.statusCode, 200, estimate.body)
  t.match(estimate.json(), { object: 'judges.estimate', n: 1, identified_by: 'prior', agreement: { percent: 1 } })
  const swaps = [{ kind: 'negation', original: true, changed: false }]
  const audit = await server.inject({ method: 'POST', url: '/v1/judges/audit', payload: { swaps } })
  t.match(audit.json(), { object: 'judges.audit', kinds: [{ kind: 'negation', flips: 0, p_value: 1 }] })
})

t.test('no verdicts, verdicts that are none and unknown fields are refused', async (t) => {
  const server = await build(t)
  for (const payload of [
    { items: [] },
    { items: [{ verdicts: {} }] },
    { items: [{ verdicts: { a: 'yes' } }] },
    { items: [{ verdicts: { a: 1 } }], judge: 'a' }
  ]) {
    t.equal((await server.inject({ method: 'POST', url: '/v1/judges', payload })).statusCode, 400)
  }
})
