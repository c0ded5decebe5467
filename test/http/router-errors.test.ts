import t from 'tap'
import { build } from '../helper.js'

const shared = await build(t)

t.test('an unknown path is a 404 problem', async (t) => {
  const app = await build(t)
  const response = await app.inject({ method: 'GET', url: '/v2/score?secret=1' })
  t.equal(response.statusCode, 404)
  t.match(response.headers['content-type'], /^application\/problem\+json/)
  t.match(response.json(), {
    code: 'QUALM_ERR_NOT_FOUND',
    status: 404,
    instance: '/v2/score',
    request_id: response.headers['x-request-id'],
    errors: []
  })
})

t.test('an unknown path with an unreadable body is still a 404', async (t) => {
  const app = await build(t)
  const headers = { 'content-type': 'text/plain' }
  const response = await app.inject({ method: 'POST', url: '/none', payload: 'x', headers })
  t.equal(response.statusCode, 404)
})

for (const [method, url, allow] of [
  ['GET', '/v1/score', 'POST'],
  ['DELETE', '/livez', 'GET, HEAD'],
  ['POST', '/v1/scorers/g_nll', 'GET, HEAD'],
  ['OPTIONS', '/v1/policies/x', 'DELETE, GET, HEAD']
] as const) {
  t.test(`${method} ${url} is 405 and says what is allowed`, async (t) => {
    const app = await build(t)
    const response = await app.inject({ method, url })
    t.equal(response.statusCode, 405)
    t.equal(response.headers.allow, allow)
    t.equal(response.json().code, 'QUALM_ERR_METHOD_NOT_ALLOWED')
  })
}

for (const method of ['GET', 'PUT', 'DELETE'] as const) {
  t.test(`${method} of the chat is 405 in OpenAI's form`, async (t) => {
    const response = await shared.inject({ method, url: '/v1/chat/completions' })
    t.equal(response.statusCode, 405)
    t.equal(response.headers.allow, 'POST')
    t.match(response.headers['content-type'], /^application\/json/)
    t.strictSame(response.json(), {
      error: { message: 'Use POST.', type: 'invalid_request_error', param: null, code: 'QUALM_ERR_METHOD_NOT_ALLOWED' }
    })
  })
}

t.test('HEAD of the chat is 405 without a body', async (t) => {
  const response = await shared.inject({ method: 'HEAD', url: '/v1/chat/completions' })
  t.match([response.statusCode, response.body], [405, ''])
})

for (const [url, hint] of [
  ['/v1/chat/completions/', /no slash at its end/],
  ['/v1/completions', /POST \/v1\/chat\/completions answers chats/],
  ['/v1/responses', /does not have this path of OpenAI's API/],
  ['/v1/embeddings?a=1', /GET \/openapi\.json/]
] as const) {
  t.test(`${url}, which OpenAI has or nearly has, is 404 in its form and says what there is`, async (t) => {
    const response = await shared.inject({ method: 'POST', url, payload: { model: 'x' } })
    t.equal(response.statusCode, 404)
    t.match(response.headers['content-type'], /^application\/json/)
    t.match(response.json(), { error: { message: hint, type: 'invalid_request_error', code: 'QUALM_ERR_NOT_FOUND' } })
  })
}

t.test('a path segment of 150 characters is a 414 problem', async (t) => {
  const app = await build(t)
  const response = await app.inject({ method: 'GET', url: `/v1/scorers/${'a'.repeat(150)}` })
  t.equal(response.statusCode, 414)
  t.equal(response.json().code, 'QUALM_ERR_URI_TOO_LONG')
})

t.test('bad percent-encoding is a 400 problem', async (t) => {
  const app = await build(t)
  const response = await app.inject({ method: 'GET', url: '/v1/scorers/%zz' })
  t.equal(response.statusCode, 400)
  t.equal(response.json().code, 'QUALM_ERR_BAD_REQUEST')
})

for (const url of ['/v1/scorers/%zz', `/v1/scorers/${'a'.repeat(150)}`, '/none', '/livez']) {
  t.test(`security headers and the request id are on the answer of ${url.slice(0, 20)}`, async (t) => {
    const app = await build(t)
    const { headers } = await app.inject({ method: 'GET', url, headers: { 'x-request-id': 'mine-1' } })
    t.equal(headers['x-request-id'], 'mine-1')
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.equal(headers['cache-control'], 'no-store')
    t.ok(headers['content-security-policy'])
  })
}

t.test('a traversal in a name is looked up and not found', async (t) => {
  const app = await build(t)
  for (const name of ['..%2f..%2fetc%2fpasswd', '%2e%2e', '__proto__', 'constructor']) {
    t.equal((await app.inject({ method: 'GET', url: `/v1/scorers/${name}` })).statusCode, 404, name)
  }
})

const HOSTILE_IDS = ['a\\r\\nset-cookie: x', 'x'.repeat(300), 'a b', 'é', '', '{"a":1}']
for (const id of HOSTILE_IDS) {
  t.test(`the request id ${JSON.stringify(id.slice(0, 20))} is replaced, not reflected`, async (t) => {
    const app = await build(t)
    const { headers } = await app.inject({ method: 'GET', url: '/livez', headers: { 'x-request-id': id } })
    t.not(headers['x-request-id'], id)
    t.match(headers['x-request-id'], /^[A-Za-z0-9._-]{1,64}$/)
  })
}
