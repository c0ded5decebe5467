/** The engine as the service starts it, on the embedded models, warm. */
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Engine } from '../src/engine/engine.js'
import { createPool, type PoolSettings } from '../src/engine/pool.js'
import { packageRoot } from '../src/package-root.js'

/** Opens the embedded models with the service's defaults, apart from `changes`. */
export async function createBenchEngine(changes: Partial<PoolSettings> = {}): Promise<Engine> {
  const engine = createPool({
    modelsDir: fileURLToPath(new URL('models', packageRoot())),
    cacheDir: tmpdir(),
    allowDownloads: false,
    languageModel: 'SmolLM2-135M-Instruct',
    entailmentModel: 'MiniLM-L6-entailment',
    embeddingModel: 'all-MiniLM-L6-v2',
    threads: 0,
    maxRows: 32,
    maxBatchTokens: 256,
    promptCacheBytes: 64 << 20,
    ...changes
  })
  await engine.ready()
  return engine
}
