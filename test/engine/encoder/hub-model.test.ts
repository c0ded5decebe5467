import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { env } from '@xenova/transformers'
import t from 'tap'
import { loadEmbedding } from '../../../src/engine/encoder/service.js'
import { packageRoot } from '../../fixtures/package-root.js'
import { workerSettings } from '../../fixtures/worker-settings.js'

const BASE = '/org/mini/resolve/main/'

t.test('a hub model is fetched once and then loads without the hub', async (t) => {
  const seen: string[] = []
  const hub = createServer((request, response) => {
    const name = (request.url ?? '').slice(BASE.length)
    const path = join(packageRoot, 'models', 'all-MiniLM-L6-v2', name)
    seen.push(name)
    if (existsSync(path)) createReadStream(path).pipe(response.writeHead(200))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
  const { remoteHost } = env
  t.teardown(() => {
    env.remoteHost = remoteHost
  })
  env.remoteHost = `http://127.0.0.1:${String((hub.address() as AddressInfo).port)}/`
  const settings = workerSettings({ role: 'embedding', location: 'org/mini', remote: true, cacheDir: t.testdir() })

  const first = await loadEmbedding(settings)
  await first.close()
  t.equal(new Set(seen).size, seen.length, 'nothing is asked for twice')
  t.ok(seen.includes('onnx/model_quantized.onnx'))
  hub.closeAllConnections()
  await new Promise((resolve) => hub.close(resolve))
  const second = await loadEmbedding(settings)
  await second.close()
  t.equal(second.ready.digest, first.ready.digest)
})
