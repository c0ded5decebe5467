/**
 * Two services on one PostgreSQL behind a round-robin proxy, against one: requests a second and latency of supplied
 * log-probabilities with a policy. Linux with PostgreSQL. Run: npm run bench:replicas [-- --rounds N]
 *
 * Load generator, proxy and database share the machine with the services, so each service is held to a share of one core,
 * the same with one and with two. What is measured is whether anything that replicas share holds them back.
 */
import autocannon from 'autocannon'
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PostgresServer } from '../test/fixtures/postgres.js'
import { machineKind } from './machine.js'
import { cpuMs } from './replicas/cpu.js'
import { askingAbout, policyNamed } from './replicas/policy.js'
import { interleave } from './rounds.js'
import { ratioOf, shown, shownSpread, spreadOf } from './spread.js'

/** Of one core, for each service. */
const SHARE = 0.2
const SECONDS = 4
const CONNECTIONS = 16
const TARGET = 1.8
const JSON_HEADERS = { 'content-type': 'application/json' }

type Settings = Readonly<Record<string, string>>

interface Server {
  readonly url: string
  readonly child: ChildProcess
}

const { rounds } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } }).values
const cleanUps: (() => Promise<unknown>)[] = []

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

function launch(file: string, settings: Settings): ChildProcess {
  const { PATH = '' } = process.env
  const script = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, [script], {
    env: { PATH, ...settings },
    stdio: ['ignore', 'ignore', 'inherit']
  })
  cleanUps.push(async () => {
    if (child.exitCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
  return child
}

async function untilItAnswers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`${url}/livez`).catch(() => null)
    if (answer !== null && answer.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`a server ended with code ${String(child.exitCode)}`)
}

async function serve(file: string, settings: (port: string) => Settings): Promise<Server> {
  const port = String(await freePort())
  const child = launch(file, settings(port))
  const url = `http://127.0.0.1:${port}`
  await untilItAnswers(url, child)
  return { url, child }
}

/** Without a folder of models: supplied evidence needs none, and the memory is spared. */
function startQualm(storeUrl: string): Promise<Server> {
  return serve('../src/server.js', (port) => ({
    QUALM_PORT: port,
    QUALM_STORE_URL: storeUrl,
    QUALM_MODELS_DIR: '/nonexistent',
    QUALM_THREADS: '1',
    QUALM_LOG_LEVEL: 'silent'
  }))
}

interface Measured {
  readonly rate: number
  readonly p50: number
  readonly p99: number
  /** Cores that the services used together, and the proxy. */
  readonly cores: number
  readonly proxyCores: number
}

/** Throws when a request failed: no failure counts as fast. */
async function load(proxy: Server, services: readonly Server[]): Promise<Measured> {
  const used = (): number => services.reduce((sum, { child }) => sum + cpuMs(child.pid!), 0)
  const [before, proxyBefore, start] = [used(), cpuMs(proxy.child.pid!), performance.now()]
  const result = await autocannon({
    url: `${proxy.url}/v1/score`,
    method: 'POST',
    headers: JSON_HEADERS,
    body: JSON.stringify(askingAbout(-0.1, 'bot')),
    connections: CONNECTIONS,
    duration: SECONDS
  })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${String(failed)} requests failed`)
  const elapsedMs = performance.now() - start
  const { p50, p99 } = result.latency
  const cores = (used() - before) / elapsedMs
  const proxyCores = (cpuMs(proxy.child.pid!) - proxyBefore) / elapsedMs
  return { rate: result.requests.total / result.duration, p50, p99, cores, proxyCores }
}

function row(name: string, runs: readonly Measured[]): string {
  const of = (key: keyof Measured): string => shownSpread(spreadOf(runs.map((run) => run[key])))
  return `| ${name} | ${of('rate')} | ${of('p50')} | ${of('p99')} | ${of('cores')} | ${of('proxyCores')} |`
}

async function measure(): Promise<void> {
  const database = await PostgresServer.start({ teardown: (end) => cleanUps.push(async () => end()) })
  const storeUrl = await database.database()
  const services = [await startQualm(storeUrl), await startQualm(storeUrl)]
  const body = JSON.stringify(policyNamed('bot'))
  const made = await fetch(`${services[0]!.url}/v1/policies`, { method: 'POST', headers: JSON_HEADERS, body })
  if (made.status !== 201) throw new Error(`no policy: ${await made.text()}`)
  const proxyTo = (targets: readonly Server[]): Promise<Server> =>
    serve('./replicas/proxy.js', (PORT) => ({ PORT, TARGETS: targets.map(({ url }) => url).join(',') }))
  const [single, double] = [await proxyTo(services.slice(0, 1)), await proxyTo(services)]
  launch('./replicas/cap.js', { SHARE: String(SHARE), PIDS: services.map(({ child }) => child.pid).join(',') })

  const runs: Record<'one' | 'two', Measured[]> = { one: [], two: [] }
  const side = (name: 'one' | 'two', proxy: Server, behind: readonly Server[]) => async (round: number) => {
    const run = await load(proxy, behind)
    if (round > 0) runs[name].push(run)
    return run.rate
  }
  const rates = await interleave(Number(rounds), {
    one: side('one', single, services.slice(0, 1)),
    two: side('two', double, services)
  })
  const ratio = ratioOf(rates.two, rates.one)
  console.log(`${machineKind()}; ${rounds} rounds of ${String(SECONDS)} s, median (least–greatest)
Each service is held to ${String(SHARE)} of a core; ${String(CONNECTIONS)} connections.

| services | requests/s | p50 ms | p99 ms | cores of the services | cores of the proxy |
| --- | --- | --- | --- | --- | --- |
${row('one', runs.one)}
${row('two', runs.two)}

Ratio ${shownSpread(ratio)}, asked for: at least ${shown(TARGET)}: ${ratio.median >= TARGET ? 'met' : 'not met'}.`)
}

try {
  await measure()
} finally {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
}
