/** The service as a process: settings, listening, signals, exit. */
import process from 'node:process'
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.js'
import { defaultFaults } from './chat/default-faults.js'
import { ConfigError, loadConfig } from './config.js'
import type { Config } from './settings.js'
import type { Engine } from './engine/engine.js'
import { aliasOf } from './engine/model-alias.js'
import { createPool } from './engine/pool.js'
import { createLogger } from './http/logger.js'
import { createMetrics, type Metrics } from './http/metrics.js'
import { EXIT, Shutdown } from './http/shutdown.js'
import { packageRoot } from './package-root.js'
import { loadScorers } from './scorer-registry.js'
import { createServices, poolSettings, type Services } from './services.js'
import { createUpstreams, unsetKeys } from './upstreams/create.js'
import { withUpstreams } from './upstreams/engine.js'
import { createLangfuseSink, type Sink } from './sinks/langfuse.js'
import { openStore } from './store/store.js'
import { openTelemetry } from './telemetry/telemetry.js'
import { VERSION } from './version.js'

/** How often readiness learns anew whether the store can be written. */
const STORE_CHECK_MS = 5_000

/** Longest wait for the models' running steps before the process ends all the same. */
const LAST_RESORT_MS = 30_000
const DAY_MS = 86_400_000

/** What serves a model, for traces. */
const providerOf =
  ({ upstreams }: Config) =>
  (model: string): string => {
    const upstream = upstreams[model]
    return upstream === undefined ? 'qualm' : (upstream.dialect ?? 'auto').replace('auto', 'upstream')
  }

/** The key of an upstream, from the variable that its settings name. */
const keyOf =
  ({ upstreams }: Config) =>
  (model: string): string | null =>
    process.env[upstreams[model]?.api_key_env ?? ''] ?? null

/** Says when an upstream is asked no more for a while, and when it answers again. */
const tellCircuit =
  (log: FastifyInstance['log']) =>
  (upstream: string, state: 'opened' | 'closed'): void =>
    log[state === 'opened' ? 'warn' : 'info']({ upstream }, `circuit ${state}`)

function openSink({ langfuseUrl: url }: Config, metrics: Metrics): Sink | undefined {
  if (url === '') return undefined
  const { LANGFUSE_PUBLIC_KEY: publicKey, LANGFUSE_SECRET_KEY: secretKey } = process.env
  if (!publicKey || !secretKey) {
    return refuseToStart('Qualm cannot start: QUALM_LANGFUSE_URL needs LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY.')
  }
  return createLangfuseSink({ url, publicKey, secretKey, onDropped: (reason) => metrics.dropped('langfuse', reason) })
}

/** Ends the process where every chat would meet the same fault. */
function checkChatDefault({ chat, languageModel, upstreams }: Config, scorers: Services['scorers']): void {
  const models = [aliasOf(languageModel), ...Object.keys(upstreams)]
  const faults = defaultFaults(chat?.uncertainty, { scorers, models })
  if (faults.length > 0) refuseToStart(new ConfigError(faults.map((fault) => `QUALM_CONFIG: ${fault}`)).message)
}

/** A server may do without a key; one that is asked for by name was meant to be there. */
function tellUnsetKeys({ upstreams }: Config, log: FastifyInstance['log']): void {
  for (const [upstream, variable] of unsetKeys(upstreams, process.env)) {
    log.warn({ upstream, variable }, 'api_key_env names a variable that is not set: calls carry no key')
  }
}

async function build(config: Config): Promise<{ readonly app: FastifyInstance; readonly shutdown: Shutdown }> {
  const log = createLogger(config)
  const scorers = await loadScorers(new URL('../scorers/', import.meta.url))
  checkChatDefault(config, scorers)
  tellUnsetKeys(config, log)
  const telemetry = await openTelemetry({ env: process.env, version: VERSION.version, providerOf: providerOf(config) })
  const upstreams = createUpstreams(config.upstreams, process.env, {
    headers: telemetry.headers,
    watched: telemetry.upstream,
    onCircuit: tellCircuit(log)
  })
  const engine = telemetry.engine(withUpstreams(createPool(poolSettings(config)), upstreams, config.defaultModel))
  const store = await openStore(config.storeUrl || config.dataDir)
  setInterval(() => void store.check(), STORE_CHECK_MS).unref()
  const services = createServices({ config, engine, upstreams, scorers, store })
  const metrics = createMetrics({ ...services, processMetrics: true })
  const sink = openSink(config, metrics)
  const told = sink === undefined ? {} : { sink }
  const app = await buildApp({ ...services, config, log, metrics, telemetry, keyOf: keyOf(config), ...told })
  const { drainDelayMs, drainTimeoutMs } = config
  return {
    app,
    shutdown: new Shutdown({
      app,
      resources: [engine, store, ...Object.values(told), telemetry],
      drainDelayMs,
      drainTimeoutMs
    })
  }
}

/** Stops the service and ends the process once no native run can be cut off. */
function exitAfter(shutdown: Shutdown, app: FastifyInstance): void {
  const { drainDelayMs, drainTimeoutMs } = app.config
  setTimeout(() => process.exit(EXIT.forced), drainDelayMs + drainTimeoutMs + LAST_RESORT_MS).unref()
  void shutdown.stop().then(
    (code) => {
      app.log.info({ exit_code: code }, 'stopped')
      process.exit(code)
    },
    (error: unknown) => {
      app.log.fatal({ err: error }, 'stopping failed')
      process.exit(EXIT.fault)
    }
  )
}

function obeySignals(app: FastifyInstance, shutdown: Shutdown): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      app.log.info({ signal }, 'stopping')
      exitAfter(shutdown, app)
    })
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      app.log.fatal({ err: error }, 'unexpected fault; stopping')
      shutdown.cutShort(EXIT.fault)
      exitAfter(shutdown, app)
    })
  }
}

/** Says when the models are warm, and what keeps one from serving. */
async function announce(engine: Engine, log: FastifyInstance['log']): Promise<void> {
  await engine.ready()
  for (const { id, role, state, problem, loadMs } of engine.models()) {
    log[problem === null ? 'info' : 'warn']({ model: id, role, state, problem, load_ms: loadMs }, 'model')
  }
  const absent = engine.models().filter(({ state }) => state !== 'ready')
  const facts = { ms_since_start: Math.round(process.uptime() * 1000) }
  if (absent.length === 0) log.info(facts, 'ready')
  else
    log.error(
      { ...facts, failed: absent.map(({ role }) => role) },
      'not ready: only what needs no failed model is served'
    )
}

/** Says which policies no longer score their canaries as before. Never fails. */
async function checkCanaries({ canaries, log }: FastifyInstance): Promise<void> {
  const tell = (policy: string, err: unknown) => log.error({ policy, err }, 'canaries')
  await canaries.checkAll(new AbortController().signal, tell).catch((err: unknown) => log.error({ err }, 'canaries'))
}

function refuseToStart(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(EXIT.setup)
}

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use; set QUALM_PORT to another port.',
  EACCES: 'may not be used; set QUALM_PORT above 1023.',
  EADDRNOTAVAIL: 'is not an address of this machine; set QUALM_HOST.',
  ENOTFOUND: 'is not known; set QUALM_HOST.'
}

async function start(config: Config): Promise<void> {
  const { app, shutdown } = await build(config)
  obeySignals(app, shutdown)
  const { host, port } = config
  try {
    await app.listen({ host, port, listenTextResolver: (address) => `listening at ${address}` })
  } catch (error) {
    const why = LISTEN_FAULTS[String((error as NodeJS.ErrnoException).code)]
    await shutdown.stop()
    if (why === undefined) throw error
    refuseToStart(`Qualm cannot start: ${host}:${port} ${why}`)
  }
  await announce(app.engine, app.log)
  await checkCanaries(app)
  setInterval(() => void checkCanaries(app), DAY_MS).unref()
}

function readConfig(): Config {
  try {
    return loadConfig({ env: process.env, cwd: process.cwd(), root: decodeURIComponent(packageRoot().pathname) })
  } catch (error) {
    if (error instanceof ConfigError) refuseToStart(error.message)
    throw error
  }
}

/** Reads the settings and serves. Ends the process, with a sentence, where that cannot be. */
export async function serve(): Promise<void> {
  await start(readConfig())
}
