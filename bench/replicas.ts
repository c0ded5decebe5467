/**
 * Two services on one PostgreSQL behind a round-robin proxy, against one: requests a second of supplied
 * log-probabilities with a policy. Linux with PostgreSQL. Run: npm run bench:replicas [-- --rounds N]
 *
 * Load generator, proxy and database share the machine with the services, so each service is held to the same share of one
 * core, with one and with two. What is measured is whether anything that replicas share holds them back.
 */
import { parseArgs } from 'node:util'
import { PostgresServer } from '../test/fixtures/postgres.js'
import { machineKind } from './machine.js'
import { cpuMs, familyCpuMs } from './replicas/cpu.js'
import { quantile, steadyLoad } from './replicas/load.js'
import { askingAbout, policyNamed } from './replicas/policy.js'
import { type Server, Servers } from './replicas/servers.js'
import { ratioOf, shown, shownSpread, spreadOf } from './spread.js'

/** Of one core, for each service. */
const SHARE = 0.1
/**
 * Requests at once in each service, so that it has the same to do beside another one as alone: what comes together shares
 * reads, which makes each request cheaper.
 */
const AT_ONCE = 64
/** For each service: as many again wait in the proxy, so that none runs dry while the other one is stopped. */
const CONNECTIONS = 2 * AT_ONCE
const SETTLE_MS = 1_000
const WINDOW_MS = 4_000
/** At full speed, so that the compiler is done with the hot code of both before anything counts. */
const WARM_UP_ANSWERS = 20_000
const TARGET = 1.8
const POSTMASTER = `SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1) AS pid`

const KEYS = ['rate', 'p50', 'p99', 'cores', 'serviceMs', 'databaseMs', 'proxyMs'] as const

type Side = 'one' | 'two'
type Key = (typeof KEYS)[number]

/** Requests a second, latencies in ms, cores of the services, and CPU milliseconds a request. */
type Measured = Readonly<Record<Key, number>>

/** A proxy, and the services that it asks. */
interface Setting {
  readonly proxy: Server
  readonly behind: readonly Server[]
}

/** Both services take the part of the single one in turn, and the sides are mirrored: what drifts steadily cancels out. */
interface Settings {
  readonly first: Setting
  readonly second: Setting
  readonly both: Setting
  readonly postmaster: number
}

const parsed = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const rounds = Number(parsed.values.rounds)

async function load({ proxy, behind }: Setting, postmaster: number): Promise<Measured> {
  const readings: number[][] = []
  const read = (): void => {
    const services = behind.reduce((sum, { pid }) => sum + cpuMs(pid), 0)
    readings.push([services, familyCpuMs(postmaster), cpuMs(proxy.pid)])
  }
  const asked = { url: `${proxy.url}/v1/score`, body: JSON.stringify(askingAbout(-0.1, 'bot')) }
  const pace = { connections: CONNECTIONS * behind.length, settleMs: SETTLE_MS, windowMs: WINDOW_MS }
  const { elapsedMs, latenciesMs } = await steadyLoad({ ...asked, ...pace }, read)
  const [services, database, proxied] = readings[0]!.map((before, at) => readings[1]![at]! - before)
  const count = latenciesMs.length
  return {
    rate: (1000 * count) / elapsedMs,
    p50: quantile(latenciesMs, 0.5),
    p99: quantile(latenciesMs, 0.99),
    cores: services! / elapsedMs,
    serviceMs: services! / count,
    databaseMs: database! / count,
    proxyMs: proxied! / count
  }
}

function meanOf(runs: readonly Measured[]): Measured {
  const mean = (key: Key): number => runs.reduce((sum, run) => sum + run[key], 0) / runs.length
  return Object.fromEntries(KEYS.map((key) => [key, mean(key)])) as Record<Key, number>
}

/** One, two, two, one, and once more; the next round the other way about. */
async function round(index: number, settings: Settings): Promise<Readonly<Record<Side, Measured>>> {
  const { first, second, both, postmaster } = settings
  const half = index % 2 === 0 ? [first, both, both, second] : [both, second, first, both]
  const order = [...half, ...half]
  const runs: Record<Side, Measured[]> = { one: [], two: [] }
  for (const setting of order) runs[setting === both ? 'two' : 'one'].push(await load(setting, postmaster))
  return { one: meanOf(runs.one), two: meanOf(runs.two) }
}

async function start(servers: Servers): Promise<Settings> {
  const database = await PostgresServer.start({ teardown: (end) => servers.atEnd(async () => end()) })
  const store = await database.database()
  const [row] = await database.query(store, POSTMASTER)
  const settings = {
    QUALM_STORE_URL: store,
    // Supplied evidence needs no models, and the memory is spared.
    QUALM_MODELS_DIR: '/nonexistent',
    // A service that is stopped to hold it to its share is not overloaded.
    QUALM_MAX_EVENT_LOOP_DELAY_MS: '0',
    QUALM_LOG_LEVEL: 'silent'
  }
  const qualm = (): Promise<Server> =>
    servers.serve(new URL('../src/server.js', import.meta.url), (port) => ({ ...settings, QUALM_PORT: port }))
  const services = [await qualm(), await qualm()] as const
  const behind = async (targets: readonly Server[]): Promise<Setting> => {
    const TARGETS = targets.map(({ url }) => url).join(',')
    const file = new URL('./replicas/proxy.js', import.meta.url)
    return {
      proxy: await servers.serve(file, (PORT) => ({ PORT, TARGETS, AT_ONCE: String(AT_ONCE) })),
      behind: targets
    }
  }
  const [first, second] = [await behind([services[0]]), await behind([services[1]])]
  return { first, second, both: await behind(services), postmaster: Number(row!['pid']) }
}

async function makePolicy({ url }: Server): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(policyNamed('bot'))
  const made = await fetch(`${url}/v1/policies`, { method: 'POST', headers, body })
  if (made.status !== 201) throw new Error(`no policy: ${await made.text()}`)
}

async function warmUp(both: Setting, postmaster: number): Promise<void> {
  for (let answers = 0; answers < WARM_UP_ANSWERS;) {
    const { rate, serviceMs } = await load(both, postmaster)
    answers += (rate * WINDOW_MS) / 1000
    console.error(`warm-up at full speed: ${shown(rate)} requests/s, ${shown(serviceMs)} core-ms each`)
  }
}

function row(name: string, runs: readonly Measured[]): string {
  const of = (key: Key): string => shownSpread(spreadOf(runs.map((run) => run[key])))
  return `| ${[name, ...KEYS.map(of)].join(' | ')} |`
}

function report(runs: Readonly<Record<Side, readonly Measured[]>>): string {
  const rate = ({ rate }: Measured): number => rate
  const ratio = ratioOf(runs.two.map(rate), runs.one.map(rate))
  return `${machineKind()}; ${String(rounds)} rounds of 8 windows of ${String(WINDOW_MS / 1000)} s, median (least–greatest)
Each service is held to ${String(SHARE)} of a core and ${String(AT_ONCE)} requests at once. CPU is core-ms a request.

| services | requests/s | p50 ms | p99 ms | cores of the services | CPU services | CPU PostgreSQL | CPU proxy |
| --- | --- | --- | --- | --- | --- | --- | --- |
${row('one', runs.one)}
${row('two', runs.two)}

Ratio ${shownSpread(ratio)}, asked for: at least ${shown(TARGET)}: ${ratio.median >= TARGET ? 'met' : 'not met'}.`
}

async function measure(servers: Servers): Promise<string> {
  const settings = await start(servers)
  const { both, postmaster } = settings
  await makePolicy(both.behind[0]!)
  await warmUp(both, postmaster)
  const PIDS = both.behind.map(({ pid }) => pid).join(',')
  servers.launch(new URL('./replicas/cap.js', import.meta.url), { SHARE: String(SHARE), PIDS })
  const runs: Record<Side, Measured[]> = { one: [], two: [] }
  for (let index = 0; index < rounds; index++) {
    const { one, two } = await round(index, settings)
    runs.one.push(one)
    runs.two.push(two)
    const rates = `one ${shown(one.rate)}, two ${shown(two.rate)} requests/s, ratio ${shown(two.rate / one.rate)}`
    console.error(`round ${String(index + 1)}: ${rates}; cores ${shown(one.cores)}, ${shown(two.cores)}`)
  }
  return report(runs)
}

const servers = new Servers()
try {
  console.log(await measure(servers))
} finally {
  await servers.end()
}
