import t from 'tap'
import type { ScoreExample } from '../../src/policies/examples.js'
import { splitPlaces } from '../../src/policies/tune.js'
import { make } from './making.js'

const objective = { kind: 'selective_error', target: 0.1 } as const
/** Right below 150 of 300; the more noise, the less the score says of it. */
const requests = Array.from({ length: 300 }, (_, i) => ({ request: { place: i }, correct: i < 150 }))
const calls: unknown[] = []
const score: ScoreExample = async ({ place }, { name }, { noise = 0 }) => {
  calls.push([place, name, noise])
  const shift = ((Number(place) * 7919) % 300) * Number(noise)
  return { uncertainty: name === 'tunable' ? Number(place) + shift : (Number(place) * 7919) % 300 }
}
const tuned = (tune: object, changes: object = {}) =>
  make({ scorer: 'tunable', examples: requests, objective, tune, ...changes }, score)

t.test('a split is a seeded partition of all places', async (t) => {
  const { tuning, rest } = splitPlaces(100, 0.3, 1)
  t.equal(tuning.length, 30)
  t.same(
    [...tuning, ...rest].toSorted((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i)
  )
  t.same(splitPlaces(100, 0.3, 1), { tuning, rest })
  t.notSame(splitPlaces(100, 0.3, 2).tuning, tuning)
  t.same(splitPlaces(2, 0.05, 0).tuning.length, 1)
})

t.test('the options that answer most are chosen, and the guarantee rests on the other examples alone', async (t) => {
  const policy = await tuned({ split: 0.4, options: { noise: [9, 0, 2] } })
  t.match(policy, { scorer: 'tunable', options: { noise: 0 }, guarantee: { n: 180 }, tuning: { n: 120, chosen: 1 } })
  t.equal(policy.tuning!.candidates.length, 3)
  t.ok(policy.tuning!.candidates[1]!.answered_share! > (policy.tuning!.candidates[0]!.answered_share ?? 0))
  t.equal(policy.report.n, 180)
})

t.test('the examples of the guarantee are scored with the chosen candidate only', async (t) => {
  calls.length = 0
  await tuned({ options: { noise: [0, 5] } })
  const { tuning } = splitPlaces(300, 0.3, 0)
  const others = (calls as [number, string, number][]).filter(([place]) => !tuning.includes(place))
  t.equal(others.length, 210)
  t.ok(others.every(([, , noise]) => noise === 0))
})

t.test('scorers compete too, each with its own lists', async (t) => {
  const policy = await tuned({ scorers: { tunable: { noise: [1, 0] } } }, { scorer: 'spread' })
  t.match(policy, { scorer: 'tunable', options: { noise: 0 } })
  t.same(
    policy.tuning!.candidates.map(({ scorer }) => scorer),
    ['spread', 'tunable', 'tunable']
  )
})

t.test('raw scores of several scorers are tuned among', async (t) => {
  const examples = requests.map(({ request, correct }) => ({
    scores: { spread: (request.place * 7919) % 300, tunable: request.place },
    correct
  }))
  t.equal((await tuned({ scorers: { spread: {} } }, { examples })).scorer, 'tunable')
  await t.rejects(tuned({ options: { noise: [0, 1] } }, { examples }), { code: 'QUALM_ERR_VALIDATION' })
  const bare = requests.map(({ request, correct }) => ({ score: request.place, correct }))
  await t.rejects(tuned({ scorers: { spread: {} } }, { examples: bare }), { code: 'QUALM_ERR_VALIDATION' })
})

t.test('where the tuning split carries no candidate, the one that ranks best is chosen', async (t) => {
  const policy = await tuned({ split: 0.05, options: { noise: [9, 0] } })
  t.match(policy.tuning, { n: 15, chosen: 1, candidates: [{ answered_share: null }, { answered_share: null }] })
})

t.test('a choice of one, of too many, or of what does not exist is refused', async (t) => {
  await t.rejects(tuned({}), { code: 'QUALM_ERR_VALIDATION', errors: [{ pointer: '/tune' }] })
  const many = Array.from({ length: 33 }, (_, i) => i)
  await t.rejects(tuned({ options: { noise: many } }), { code: 'QUALM_ERR_VALIDATION', errors: [{ pointer: '/tune' }] })
  await t.rejects(tuned({ scorers: { none: {} } }), {
    code: 'QUALM_ERR_UNKNOWN_SCORER',
    errors: [{ pointer: '/tune/scorers/none' }]
  })
  await t.rejects(tuned({ options: { noise: [0, 'x'] } }), { errors: [{ pointer: '/tune/options/noise' }] })
})

t.test('the errors of examples point to their places in the body', async (t) => {
  const examples = requests.map((one, i) => (i === 250 ? { ...one, correct: 2 } : one))
  await t.rejects(tuned({ options: { noise: [0, 1] } }, { examples }), {
    errors: [{ pointer: '/examples/250/correct' }]
  })
})
