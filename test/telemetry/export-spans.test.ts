import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { openTelemetry } from '../../src/telemetry/telemetry.js'
import { build } from '../helper.js'

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: object }[] }
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[]
  }[]
}

t.test('with an endpoint the spans reach the collector at the latest when the service stops', async (t) => {
  const got: [string | undefined, Exported][] = []
  const collector = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      got.push([request.url, JSON.parse(text) as Exported])
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(collector, 'listening')
  t.teardown(() => {
    collector.closeAllConnections()
    collector.close()
  })
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  // The exporter reads the process's own environment.
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint
  const telemetry = await openTelemetry({ env: process.env, version: '1.2.3', providerOf: () => 'qualm' })
  const app = await build(t, { telemetry })
  await app.inject({ method: 'POST', url: '/v1/score', payload: { prompt: 'x', scorers: ['g_nll'] } })
  await telemetry.close()
  t.equal(got[0]?.[0], '/v1/traces')
  const [{ resource, scopeSpans } = { resource: { attributes: [] }, scopeSpans: [] }] = got[0]?.[1].resourceSpans ?? []
  t.match(
    resource.attributes.filter(({ key }) => /^service\.(name|version)$/u.test(key)),
    [{ value: { stringValue: 'qualm' } }, { value: { stringValue: '1.2.3' } }]
  )
  t.ok(scopeSpans.flatMap(({ spans }) => spans).some(({ name }) => name === 'POST /v1/score'))
})
