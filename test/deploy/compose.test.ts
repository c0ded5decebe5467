import { existsSync } from 'node:fs'
import t from 'tap'
import { packageRoot } from '../../src/package-root.js'
import { deployText, deployYaml, settingsWith } from '../fixtures/manifests.js'
import { build } from '../helper.js'

interface Service {
  readonly image?: string
  readonly build?: string
  readonly ports?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck: { readonly test: readonly string[] }
  readonly stop_grace_period?: string
}
interface Compose {
  readonly services: Readonly<Record<'chatbot' | 'qualm' | 'llamacpp' | 'prometheus', Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

const { services, volumes } = deployYaml<Compose>('compose/compose.yaml')
const all: readonly [string, Service][] = Object.entries(services)
const { qualm, chatbot, llamacpp } = services
const own = Object.entries(qualm.environment!).filter(([name]) => name.startsWith('QUALM_'))
const settings = settingsWith(deployText('compose/qualm.json'), Object.fromEntries(own))
const folder = new URL('deploy/compose/', packageRoot())

t.test('Qualm takes its file and variables, and its default model is the llama.cpp upstream', async (t) => {
  const upstream = settings.upstreams[settings.defaultModel]!
  t.equal(upstream.dialect, 'llamacpp')
  t.equal(upstream.model, llamacpp.environment!['LLAMA_ARG_ALIAS'])
  t.equal(qualm.environment!['QUALM_CONFIG'], '/etc/qualm/qualm.json')
})

t.test('the upstream is the address, the key and the room of the llama.cpp service', async (t) => {
  const { url, api_key_env: key, context_tokens: context, limits } = settings.upstreams[settings.defaultModel]!
  const { LLAMA_ARG_PORT, LLAMA_ARG_CTX_SIZE, LLAMA_ARG_N_PARALLEL, LLAMA_API_KEY } = llamacpp.environment!
  t.equal(url, `http://llamacpp:${LLAMA_ARG_PORT}/v1`)
  t.ok(key !== undefined && key in qualm.environment!)
  t.equal(qualm.environment![key!], LLAMA_API_KEY)
  t.equal(context, Number(LLAMA_ARG_CTX_SIZE) / Number(LLAMA_ARG_N_PARALLEL))
  t.equal(limits?.max_concurrency, Number(LLAMA_ARG_N_PARALLEL))
})

t.test('chats are scored at first start, when there is no policy yet', async (t) => {
  t.same(settings.chat?.uncertainty, { preset: 'instant' })
})

t.test("the chatbot's base URL is Qualm and leads to its chat and its models", async (t) => {
  const base = new URL(chatbot.environment!['OPENAI_API_BASE_URL']!)
  t.equal(base.host, `qualm:${settings.port}`)
  const app = await build(t)
  t.ok(app.hasRoute({ method: 'POST', url: `${base.pathname}/chat/completions` }))
  t.ok(app.hasRoute({ method: 'GET', url: `${base.pathname}/models` }))
})

t.test('every service that another waits for exists and says when it is healthy', async (t) => {
  t.same(Object.keys(chatbot.depends_on!), ['qualm'])
  t.same(Object.keys(qualm.depends_on!), ['llamacpp'])
  for (const [name, { depends_on: needed = {}, healthcheck }] of all) {
    t.equal(healthcheck.test[0], 'CMD', name)
    for (const [other, { condition }] of Object.entries(needed)) {
      t.ok(other in services, other)
      t.equal(condition, 'service_healthy')
    }
  }
})

t.test("Qualm's health check is its own, as in the image, and it has time to drain", async (t) => {
  t.same(qualm.healthcheck.test, ['CMD', 'node', 'dist/src/server.js', '--healthcheck'])
  const longest = (settings.drainDelayMs + settings.drainTimeoutMs) / 1000 + 30
  t.ok(Number.parseInt(qualm.stop_grace_period!) > longest)
})

t.test('every volume is declared and every mounted file is there', async (t) => {
  for (const source of all.flatMap(([, { volumes = [] }]) => volumes.map((one) => one.split(':', 1)[0]!))) {
    t.ok(source.startsWith('./') ? existsSync(new URL(source, folder)) : source in volumes, source)
  }
  t.ok(existsSync(new URL(`${qualm.build}/Dockerfile`, folder)))
})

t.test('nothing is open to the network', async (t) => {
  for (const port of all.flatMap(([, { ports = [] }]) => ports)) t.match(port, /^127\.0\.0\.1:/)
})

t.test('the example names every variable that the compose file reads, and holds no key', async (t) => {
  const example = deployText('compose/.env.example')
  const named = [...example.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!] as const)
  const read = new Set([...deployText('compose/compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name!))
  t.same(named.map(([name]) => name).sort(), [...read].sort())
  for (const [name, value] of named) if (/KEY|SECRET/.test(name)) t.equal(value, '', name)
})

t.test('Prometheus scrapes the metrics of Qualm', async (t) => {
  type Scrape = { scrape_configs: [{ metrics_path: string; static_configs: [{ targets: string[] }] }] }
  const [{ metrics_path: path, static_configs: places }] = deployYaml<Scrape>('compose/prometheus.yml').scrape_configs
  t.same(places[0].targets, [`qualm:${settings.port}`])
  t.ok((await build(t)).hasRoute({ method: 'GET', url: path }))
})
