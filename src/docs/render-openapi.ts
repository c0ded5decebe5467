import { stringify } from 'yaml'
import { buildApp } from '../app.js'
import { defaults } from '../config.js'
import { QualmError } from '../errors.js'
import type { Engine } from '../engine/engine.js'
import { createLogger } from '../http/logger.js'
import { createMetrics } from '../http/metrics.js'
import { createServices } from '../services.js'
import type { Store } from '../store/store.js'

const refuse = async (): Promise<never> => {
  throw new QualmError('QUALM_ERR_MODEL_UNAVAILABLE', 'This app only describes itself.')
}

/** No weights and no files: only the routes are looked at, and they call nothing while they are registered. */
const ENGINE: Engine = {
  generate: refuse,
  scoreText: refuse,
  optionProbabilities: refuse,
  entail: refuse,
  embed: refuse,
  models: () => [],
  stats: () => [],
  ready: async () => undefined,
  close: async () => undefined
}
const STORE: Store = {
  collection: () => ({ create: refuse, get: refuse, list: refuse, remove: refuse }),
  dump: refuse,
  restore: refuse,
  watch: { state: refuse, owners: refuse, commit: refuse, forget: refuse },
  check: async () => undefined,
  problem: () => null,
  close: async () => undefined
}

const HEADER = '# Rendered from the route schemas by `npm run openapi`; edit those instead.\n'

/** The contract as YAML, taken from the app's own routes. The same routes give the same text. */
export async function renderOpenapi(): Promise<string> {
  const config = { ...defaults(), logLevel: 'silent' as const, maxEventLoopDelayMs: 0 }
  const services = createServices({ config, engine: ENGINE, upstreams: new Map(), scorers: new Map(), store: STORE })
  const metrics = createMetrics({ ...services, processMetrics: false })
  const app = await buildApp({ ...services, config, metrics, log: createLogger(config) })
  await app.ready()
  const document = JSON.parse(JSON.stringify(app.swagger())) as unknown
  await app.close()
  return HEADER + stringify(document, { lineWidth: 110, aliasDuplicateObjects: false })
}
