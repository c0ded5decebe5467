import t from 'tap'
import { build, scorers } from '../helper.js'

t.test('every scorer is listed with what a caller must know', async (t) => {
  const app = await build(t)
  const { object, data } = (await app.inject('/v1/scorers')).json()
  t.equal(object, 'list')
  t.same(
    data.map(({ name }: { name: string }) => name),
    [...scorers.keys()]
  )
  t.match(
    data.find(({ name }: { name: string }) => name === 'g_nll'),
    {
      summary: String,
      reference: String,
      needs: ['answer.logprobs'],
      unit: 'nats',
      range: [0, null],
      direction: 'higher_is_more_uncertain',
      cost: { generations: Number, entailment_pairs: Number },
      options: { type: 'object' }
    }
  )
})

t.test('one scorer is shown as it is in the list', async (t) => {
  const app = await build(t)
  const list = (await app.inject('/v1/scorers')).json().data
  t.same((await app.inject(`/v1/scorers/${list[0].name}`)).json(), list[0])
})

t.test("a scorer's own schema of options goes out whole, defaults included", async (t) => {
  const app = await build(t)
  const { options } = (await app.inject('/v1/scorers/semantic_entropy')).json()
  t.same(options, scorers.get('semantic_entropy')?.options)
})

t.test('an unknown scorer is 404', async (t) => {
  const app = await build(t)
  const response = await app.inject('/v1/scorers/nobody')
  t.equal(response.statusCode, 404)
  t.equal(response.json().code, 'QUALM_ERR_NOT_FOUND')
})

t.test("models are listed in OpenAI's shape with role, state and self-test", async (t) => {
  const app = await build(t)
  const { object, data } = (await app.inject('/v1/models')).json()
  t.equal(object, 'list')
  t.match(data[0], {
    id: 'fake-language',
    object: 'model',
    created: Number,
    owned_by: 'qualm',
    role: 'language',
    source: 'local',
    state: 'ready',
    problem: null,
    capabilities: [],
    batch_invariant: true,
    digest: 'd'.repeat(64),
    context_tokens: 2048,
    load_ms: 1,
    self_test: [{ name: 'batched = alone', passed: true, difference: 0, tolerance: 0 }]
  })
  t.equal(data.length, 3)
})
