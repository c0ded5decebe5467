import t, { type Test } from 'tap'
import { openStore } from '../../src/store/store.js'
import { build } from '../helper.js'

async function app(t: Test) {
  const store = await openStore(t.testdir())
  t.teardown(() => store.close())
  return build(t, { store })
}

const logprobs = (logprob: number) => ({ content: [{ token: 'Canberra', logprob, top_logprobs: [] }] })
const examples = Array.from({ length: 12 }, (_, i) => ({
  request: { answer: { text: 'Canberra', logprobs: logprobs(-0.1 * (i + 1)) }, fill: 'never' },
  correct: i < 6
}))
const body = { name: 'facts', scorers: ['g_nll', 'perplexity'], examples }

t.test('an evaluation is made, shown, listed without its curves, and deleted', async (t) => {
  const server = await app(t)
  const made = await server.inject({ method: 'POST', url: '/v1/evaluations', payload: body })
  t.equal(made.statusCode, 201, made.body)
  t.equal(made.headers.location, '/v1/evaluations/facts@1')
  t.match(made.json(), { id: 'facts@1', n: 12, accuracy: 0.5 })
  t.match(made.json().table[0], { n: 12, auroc: { value: 1 }, cost: { entailment_pairs: 0 } })
  t.strictSame((await server.inject('/v1/evaluations/facts')).json(), made.json())
  const [listed] = (await server.inject('/v1/evaluations')).json<{ data: [Record<string, unknown>] }>().data
  t.match(listed, { id: 'facts@1', table: [{}, {}] })
  t.notOk('risk_coverage' in listed)
  t.equal((await server.inject({ method: 'DELETE', url: '/v1/evaluations/facts' })).statusCode, 204)
  const gone = await server.inject('/v1/evaluations/facts')
  t.match(gone.json(), { status: 404, code: 'QUALM_ERR_UNKNOWN_EVALUATION' })
})

t.test('a label outside its range, no examples and an unknown field are refused', async (t) => {
  const server = await app(t)
  for (const payload of [
    { ...body, examples: [{ request: {}, correct: 1.5 }] },
    { ...body, examples: [] },
    { ...body, exampels: [] }
  ]) {
    t.equal((await server.inject({ method: 'POST', url: '/v1/evaluations', payload })).statusCode, 400)
  }
})
