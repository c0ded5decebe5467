import t from 'tap'
import { QualmError } from '../../../src/errors.js'
import { detectDialect } from '../../../src/upstreams/probe/detect.js'
import { fakeTransport, type FakeAnswer } from '../../fixtures/fake-transport.js'

const { signal } = new AbortController()
const serving = (paths: Readonly<Record<string, FakeAnswer>>) => fakeTransport(({ path }) => paths[path] ?? 404)
const owned = (owner: string) => ({ object: 'list', data: [{ id: 'm', object: 'model', owned_by: owner }] })

for (const [owner, dialect] of [
  ['vllm', 'vllm'],
  ['llamacpp', 'llamacpp'],
  ['me', 'llamacpp']
] as const) {
  t.test(`a list of models owned by ${owner} is enough for ${dialect}`, async (t) => {
    const transport = serving({ '/models': owned(owner) })
    t.equal(await detectDialect(transport, signal), dialect)
    t.equal(transport.exchanges.length, 1)
  })
}

for (const [name, path, answer] of [
  ['ollama', '//api/version', { version: '0.12.6' }],
  ['tgi', '//info', { model_id: 'x/y', max_input_tokens: 1024 }],
  ['llamacpp', '//props', { default_generation_settings: {}, total_slots: 1 }],
  ['vllm', '//version', { version: '0.19.0' }]
] as const) {
  t.test(`${path} tells ${name}, whoever owns the models`, async (t) => {
    t.equal(await detectDialect(serving({ '/models': owned('library'), [path]: answer }), signal), name)
    t.equal(await detectDialect(serving({ [path]: answer }), signal), name)
  })
}

t.test('a server that answers but has none of the signs is taken for openai', async (t) => {
  t.equal(await detectDialect(serving({ '/models': owned('openai') }), signal), 'openai')
  t.equal(await detectDialect(serving({ '/models': 401 }), signal), 'openai')
  t.equal(await detectDialect(serving({ '//version': { name: 'qualm', version: '1.0.0' } }), signal), 'openai')
  t.equal(await detectDialect(serving({ '/models': owned('constructor') }), signal), 'openai')
})

t.test('a failure of the network is an error, not a dialect', async (t) => {
  const reset = new QualmError('QUALM_ERR_UPSTREAM', 'reset')
  await t.rejects(detectDialect(serving({ '/models': reset }), signal), { code: 'QUALM_ERR_UPSTREAM' })
  await t.rejects(detectDialect(serving({ '//info': reset }), signal), { code: 'QUALM_ERR_UPSTREAM' })
})

t.test('a server that is broken or overloaded is not taken for openai', async (t) => {
  for (const status of [429, 500, 503]) {
    await t.rejects(detectDialect(serving({ '/models': status }), signal), { code: 'QUALM_ERR_UPSTREAM' })
  }
})

t.test('an abort ends it with its reason', async (t) => {
  const reason = new Error('left')
  await t.rejects(detectDialect(serving({}), AbortSignal.abort(reason)), reason)
})
