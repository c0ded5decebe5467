import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { env } from '@xenova/transformers'
import t from 'tap'
import { loadConfig, loadTokenizer, modelDigest, resolveModel, weightFile } from '../../src/engine/model-files.js'
import type { ModelPlace } from '../../src/engine/model-files.js'
import { packageRoot } from '../fixtures/package-root.js'

const modelsDir = join(packageRoot, 'models')
const offline = { modelsDir, remote: false, cacheDir: join(modelsDir, 'no-cache') }

/** A folder with a config and empty weight files, enough to look files up in. */
async function folderWith(dir: string, config: object, onnxFiles: readonly string[]): Promise<ModelPlace> {
  await mkdir(join(dir, 'onnx'), { recursive: true })
  await writeFile(join(dir, 'config.json'), JSON.stringify(config))
  for (const name of onnxFiles) await writeFile(join(dir, 'onnx', name), name)
  return { location: dir, remote: false, cacheDir: dir }
}

t.test('an embedded model is found by its alias in any case', async (t) => {
  const found = resolveModel({ ...offline, id: 'all-minilm-l6-v2' })
  t.equal(found.source, 'embedded')
  t.equal(found.location, join(modelsDir, 'all-MiniLM-L6-v2'))
})

t.test('a folder named by the configuration is a local model', async (t) => {
  const dir = t.testdir({ mine: {} })
  t.match(resolveModel({ ...offline, id: join(dir, 'mine') }), { source: 'local', location: join(dir, 'mine') })
})

t.test('a hub id is refused when downloads are not allowed', async (t) => {
  t.throws(() => resolveModel({ ...offline, id: 'org/name' }), { code: 'QUALM_ERR_MODEL_UNAVAILABLE' })
})

t.test('a hub id is kept as it is when downloads are allowed', async (t) => {
  const found = resolveModel({ ...offline, id: 'org/name', remote: true })
  t.match(found, { source: 'hub', location: 'org/name', remote: true })
})

t.test('a hub model that is on disk already serves without downloads', async (t) => {
  const cacheDir = t.testdir({ org: { name: {} } })
  const found = resolveModel({ modelsDir, cacheDir, id: 'org/name', remote: false })
  t.match(found, { source: 'hub', location: join(cacheDir, 'org', 'name'), remote: false })
})

const strange = [
  '../../no/such',
  '/no/such/folder',
  'file:///etc',
  'http://169.254.169.254/x',
  'a%2f..%2fb',
  'a/../b',
  ''
]
for (const id of strange) {
  t.test(`the name "${id}" is no model even when downloads are allowed`, async (t) => {
    t.throws(() => resolveModel({ ...offline, id, remote: true }), { code: 'QUALM_ERR_MODEL_UNAVAILABLE' })
  })
}

t.test('the weights of the embedded models are found by their own dtype, with every data file', async (t) => {
  const place = resolveModel({ ...offline, id: 'SmolLM2-135M-Instruct' })
  const weights = await weightFile(place, await loadConfig(place), null)
  t.equal(weights.dtype, 'q8')
  t.strictSame(
    weights.dataFiles.map((path) => path.slice(path.lastIndexOf('/') + 1)),
    ['model_quantized.onnx_data', 'model_quantized.onnx_data_1']
  )
})

t.test('without a default the 8-bit weights are preferred over full precision', async (t) => {
  const place = await folderWith(t.testdir(), {}, ['model.onnx', 'model_quantized.onnx'])
  t.equal((await weightFile(place, {}, null)).dtype, 'q8')
  t.equal((await weightFile(place, {}, 'fp32')).dtype, 'fp32')
})

t.test('a missing weight file is named', async (t) => {
  const place = await folderWith(t.testdir(), {}, ['model.onnx'])
  await t.rejects(weightFile(place, {}, 'q4'), { code: 'QUALM_ERR_MODEL_UNAVAILABLE', message: /onnx\/model_q4\.onnx/ })
})

t.test('an unknown dtype is refused with the known ones', async (t) => {
  const place = await folderWith(t.testdir(), {}, ['model.onnx'])
  await t.rejects(weightFile(place, {}, '../x'), { message: /known are fp32/ })
})

t.test('a declared data file that is missing is named', async (t) => {
  const config = { 'transformers.js_config': { use_external_data_format: { 'model_quantized.onnx': 2 } } }
  const place = await folderWith(t.testdir(), config, ['model_quantized.onnx', 'model_quantized.onnx_data'])
  await t.rejects(weightFile(place, config, null), { message: /model_quantized\.onnx_data_1/ })
})

t.test('a folder without config.json says so without telling its path', async (t) => {
  const place = { location: join(t.testdir({ mine: {} }), 'mine'), remote: false, cacheDir: '' }
  await t.rejects(loadConfig(place), { code: 'QUALM_ERR_MODEL_UNAVAILABLE', message: 'Model mine has no config.json.' })
})

t.test('a config.json that is not JSON is a clear error', async (t) => {
  const place = { location: t.testdir({ 'config.json': '{' }), remote: false, cacheDir: '' }
  await t.rejects(loadConfig(place), { code: 'QUALM_ERR_MODEL_UNAVAILABLE' })
})

t.test('the digest changes with any file and with nothing else', async (t) => {
  const place = await folderWith(t.testdir(), {}, ['model.onnx', 'model.onnx_data'])
  const weights = await weightFile(place, {}, null)
  const before = await modelDigest(place, weights)
  t.match(before, /^[0-9a-f]{64}$/)
  t.equal(await modelDigest(place, weights), before)
  await writeFile(join(place.location, 'onnx', 'model.onnx_data'), 'other')
  t.not(await modelDigest(place, weights), before)
})

t.test('the chat template comes from chat_template.jinja when the tokenizer has none', async (t) => {
  const source = join(modelsDir, 'all-MiniLM-L6-v2')
  const dir = t.testdir({ 'chat_template.jinja': 'hello {{ messages[0].content }}' })
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
    await writeFile(join(dir, name), await readFile(join(source, name)))
  }
  const tokenizer = await loadTokenizer({ location: dir, remote: false, cacheDir: '' })
  t.equal(tokenizer.apply_chat_template([{ role: 'user', content: 'you' }], { tokenize: false }), 'hello you')
})

t.test('hub files are fetched once, in whole files, and then read from disk', async (t) => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    const known = request.url === '/org/name/resolve/main/config.json'
    response.writeHead(known ? 200 : 404).end(known ? '{"model_type":"bert"}' : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = env.remoteHost
  t.teardown(() => {
    env.remoteHost = host
    server.close()
  })
  env.remoteHost = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`
  const place = { location: 'org/name', remote: true, cacheDir: t.testdir() }
  t.strictSame(await loadConfig(place), { model_type: 'bert' })
  t.strictSame(await loadConfig(place), { model_type: 'bert' })
  t.equal(seen.length, 1)
  await t.rejects(weightFile(place, {}, 'q8'), { message: /has no onnx\/model_quantized\.onnx/ })
})

t.test('a hub that cannot be reached is a clear error', async (t) => {
  const host = env.remoteHost
  t.teardown(() => {
    env.remoteHost = host
  })
  env.remoteHost = 'http://127.0.0.1:1/'
  const place = { location: 'org/name', remote: true, cacheDir: t.testdir() }
  await t.rejects(loadConfig(place), { code: 'QUALM_ERR_MODEL_UNAVAILABLE', message: /could not be reached/ })
})
