import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { build, packageFile } from '../helper.js'

type Grade = { readonly pass: boolean; readonly score: number; readonly reason: string }
type Assertion = (output: unknown, context: { readonly prompt: string; readonly config?: object }) => Promise<Grade>

const { default: assertion } = (await import(packageFile('examples/promptfoo/qualm.mjs').href)) as {
  readonly default: Assertion
}

/** A server that answers every score with `answer`, and the bodies that it got. */
async function qualm(t: Test, answer: object, status = 200) {
  const bodies: unknown[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      bodies.push([request.url, JSON.parse(text)])
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  t.teardown(stop)
  return { bodies, stop, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

t.test('an action that is allowed passes, any other fails', async (t) => {
  const { url, bodies } = await qualm(t, { decision: { action: 'review', policy: 'bot@1', reason: 'needs_logprobs' } })
  const score = { policy: 'bot' }
  t.same(await assertion('Canberra', { prompt: 'Capital?', config: { url, score } }), {
    pass: false,
    score: 0,
    reason: 'bot@1 says review (needs_logprobs)'
  })
  t.match(await assertion('Canberra', { prompt: 'Capital?', config: { url, score, allow: ['accept', 'review'] } }), {
    pass: true
  })
  t.same(bodies[0], ['/v1/score', { prompt: 'Capital?', answer: 'Canberra', policy: 'bot' }])
})

t.test('without a policy the confidence decides', async (t) => {
  const { url } = await qualm(t, { confidence: { value: 0.7, calibration: 'bot@2' } })
  t.match(await assertion('x', { prompt: 'y', config: { url } }), { pass: true, score: 0.7 })
  t.match(await assertion('x', { prompt: 'y', config: { url, min_confidence: 0.8 } }), { pass: false, score: 0.7 })
})

t.test('neither decision nor confidence fails and says what to name', async (t) => {
  const { url } = await qualm(t, { scores: {} })
  t.match(await assertion('x', { prompt: 'y', config: { url } }), { pass: false, reason: /policy or a calibration/ })
})

t.test('a problem fails with its code', async (t) => {
  const { url } = await qualm(t, { code: 'QUALM_ERR_UNKNOWN_POLICY', detail: 'There is none.' }, 404)
  t.match(await assertion('x', { prompt: 'y', config: { url } }), { pass: false, reason: /QUALM_ERR_UNKNOWN_POLICY/ })
})

t.test('without Qualm the test fails with a reason', async (t) => {
  const { url, stop } = await qualm(t, {})
  await stop()
  t.match(await assertion('x', { prompt: 'y', config: { url } }), { pass: false, reason: /no answer from .*ECONNREFUSED/ })
  t.match(await assertion('x', { prompt: 'y', config: { url: 'nowhere' } }), { pass: false, reason: /no answer/ })
})

t.test('an upstream that reads no given texts is told with what to do', async (t) => {
  const { url } = await qualm(t, { decision: { action: 'review', policy: 'bot@1', reason: 'upstream_no_forcing' } })
  t.match(await assertion('x', { prompt: 'y', config: { url } }), { pass: false, reason: /compares samples/ })
})

t.test('the policy of the configuration is the one that the file in its comment makes', async (t) => {
  const text = readFileSync(packageFile('examples/promptfoo/promptfooconfig.yaml'), 'utf8')
  const { name } = JSON.parse(readFileSync(packageFile('examples/policy.json'), 'utf8')) as { name: string }
  t.match(text, '--data-binary @examples/policy.json')
  t.match(parse(text), { defaultTest: { assert: [{ config: { score: { policy: name } } }] } })
})

t.test('a chat prompt becomes messages and an object its JSON', async (t) => {
  const { url, bodies } = await qualm(t, {})
  const messages = [{ role: 'user', content: 'Capital?' }]
  await assertion({ city: 'Canberra' }, { prompt: JSON.stringify(messages), config: { url } })
  t.same(bodies, [['/v1/score', { messages, answer: '{"city":"Canberra"}' }]])
})

t.test('the request of the assertion fits the real service', async (t) => {
  const app = await build(t)
  const url = await app.listen({ port: 0 })
  const config = { url, score: { scorers: ['g_nll'], seed: 7 } }
  t.match(await assertion('Canberra', { prompt: 'Capital?', config }), { reason: /no decision and no confidence/ })
})

t.test('the configuration names the assertion', async (t) => {
  const config: unknown = parse(readFileSync(packageFile('examples/promptfoo/promptfooconfig.yaml'), 'utf8'))
  t.match(config, { defaultTest: { assert: [{ type: 'javascript', value: 'file://qualm.mjs' }] } })
})
