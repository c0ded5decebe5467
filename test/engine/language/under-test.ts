import { join } from 'node:path'
import type { Test } from 'tap'
import type {
  Decoding,
  GenerateRequest,
  GenerateResult,
  OptionsRequest,
  OptionsResult,
  Row,
  ScoreTextRequest,
  ScoreTextResult
} from '../../../src/engine/engine.js'
import type { Decoder } from '../../../src/engine/language/decoder.js'
import { decoderShape, openDecoder } from '../../../src/engine/language/load.js'
import { languageService } from '../../../src/engine/language/service.js'
import { loadConfig, weightFile } from '../../../src/engine/model-files.js'
import type { LanguageJob, WorkerService, WorkerSettings } from '../../../src/engine/worker-service.js'
import { type DecoderStyle, writeTinyModel } from '../../fixtures/tiny-models.js'
import { workerSettings } from '../../fixtures/worker-settings.js'

export const EMBEDDED = 'SmolLM2-135M-Instruct'
export const GREEDY: Decoding = { temperature: 0, topP: 1, topK: null }
const CACHE_BYTES = 64_000_000

/** A row over the whole distribution. */
export function sampled(temperature: number, rest: Partial<Decoding> = {}): Decoding {
  return { temperature, topP: 1, topK: null, ...rest }
}

/** A question as messages. */
export function asking(content: string): GenerateRequest['messages'] {
  return [{ role: 'user', content }]
}

/** A language service with its jobs as promises. */
export interface LanguageUnderTest {
  readonly service: WorkerService
  generate(request: Partial<GenerateRequest>, onRow?: (row: Row) => void): Promise<GenerateResult>
  score(request: Partial<ScoreTextRequest>): Promise<ScoreTextResult>
  options(request: Partial<OptionsRequest>): Promise<OptionsResult>
}

export function underTest(service: WorkerService): LanguageUnderTest {
  const ask = <T>(job: LanguageJob, partial: (value: unknown) => void) =>
    new Promise<T>((done, fail) => {
      service.submit(job, {
        partial,
        done: (value) => {
          done(value as T)
        },
        fail
      })
    })
  const messages = asking('What is the capital of France?')
  const generated = { model: '', messages, rows: [GREEDY], maxTokens: 8, stop: [], seed: 1, topCount: 0 }
  return {
    service,
    generate: (request, onRow = () => undefined) =>
      ask({ kind: 'generate', request: { ...generated, ...request } }, (value) => {
        onRow(value as Row)
      }),
    score: (request) =>
      ask(
        { kind: 'score', request: { model: '', messages, text: '', includeEnd: true, topCount: 0, ...request } },
        () => undefined
      ),
    options: (request) =>
      ask({ kind: 'options', request: { model: '', messages, prefill: '', options: [], ...request } }, () => undefined)
  }
}

/** Opens a service that is closed when the test ends. */
export async function openService(t: Test, settings: WorkerSettings): Promise<LanguageUnderTest> {
  const service = await languageService(settings)
  t.teardown(() => service.close())
  return underTest(service)
}

/** Writes a tiny model below `root` and opens it. */
export async function openTiny(
  t: Test,
  root: string,
  style: DecoderStyle,
  overrides: Partial<WorkerSettings> = {}
): Promise<LanguageUnderTest> {
  const location = join(root, style)
  await writeTinyModel(location, style)
  return openService(t, workerSettings({ location, promptCacheBytes: CACHE_BYTES, ...overrides }))
}

/** Opens the embedded language model. */
export function openEmbedded(t: Test, overrides: Partial<WorkerSettings> = {}): Promise<LanguageUnderTest> {
  return openService(t, workerSettings({ threads: 2, promptCacheBytes: CACHE_BYTES, ...overrides }, EMBEDDED))
}

/** Opens the decoder of a model folder alone, edited or as it is. */
export async function openFolder(t: Test, folder: string, edit = true): Promise<Decoder> {
  const place = { location: folder, remote: false, cacheDir: folder }
  const config = await loadConfig(place)
  const decoder = await openDecoder(await weightFile(place, config, null), decoderShape(config), 1, edit)
  t.teardown(() => decoder.release())
  return decoder
}

/** The first run of a sequence: no cache, statistics of every position. */
export function firstRun(decoder: Decoder, ids: readonly number[], targets: readonly number[] = ids) {
  const positions = ids.map((_, at) => at)
  return {
    ids,
    rows: 1,
    steps: ids.length,
    lengths: [0],
    cache: { tensors: Array.from({ length: 2 * decoder.shape.layers }, () => new Float32Array(0)), capacity: 0 },
    wanted: { positions, targets, temperatures: ids.map(() => 1), uniforms: ids.map(() => 0), topCount: 1, full: [] }
  }
}
