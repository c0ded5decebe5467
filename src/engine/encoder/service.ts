/** An encoder as a worker service: loads, tests itself, answers jobs in batches. */
import { QualmError } from '../../errors.js'
import { withCpuToken } from '../cpu-token.js'
import type { Pair, SelfTestCheck } from '../engine.js'
import { RunMeter } from '../run-meter.js'
import type { RunSize } from '../run-meter.js'
import type { EmbeddingJob, EntailmentJob, WorkerReady, WorkerService, WorkerSettings } from '../worker-service.js'
import { Batcher } from './batcher.js'
import type { BatchModel } from './batcher.js'
import { embeddingModel } from './embedding.js'
import { openEncoder } from './encoder.js'
import type { Encoder } from './encoder.js'
import { entailmentModel } from './entailment.js'
import {
  TEST_PAIRS,
  TEST_TEXTS,
  checkBatching,
  checkEmbeddingDirection,
  checkEntailmentDirection,
  checkProbabilities,
  checkSequences,
  checkUnitLength
} from './self-test.js'
import type { Sequence } from './sequence.js'

const CACHE_BYTES = 16 << 20

/**
 * Loads an entailment model. Throws QUALM_ERR_MODEL_UNAVAILABLE when files are missing, when its classes have no names
 * or when it does not tell the same answer from another one.
 */
export async function loadEntailment(settings: WorkerSettings): Promise<WorkerService> {
  const startMs = performance.now()
  const encoder = await openEncoder(settings, 2)
  const model = entailmentModel(encoder)
  const checks = [
    await checkBatching(model, TEST_PAIRS, (result) => [result.entailment, result.neutral, result.contradiction]),
    checkSequences(
      encoder,
      TEST_PAIRS.map(({ premise, hypothesis }) => [premise, hypothesis])
    ),
    checkProbabilities(await oneByOne(model, TEST_PAIRS)),
    await checkEntailmentDirection(model)
  ]
  refuseBroken(checks, ['tokens_equal_tokenizer', 'probabilities_sum_to_one', 'same_answer_above_other_answer'])
  const inputs = (job: unknown): readonly Pair[] => (job as EntailmentJob).pairs
  return serviceOf({ kind: 'entail', settings, encoder, model, inputs, checks, startMs })
}

/** Loads an embedding model. Throws QUALM_ERR_MODEL_UNAVAILABLE when files are missing or vectors come out wrong. */
export async function loadEmbedding(settings: WorkerSettings): Promise<WorkerService> {
  const startMs = performance.now()
  const encoder = await openEncoder(settings, 1)
  const model = embeddingModel(encoder)
  const vectors = await oneByOne(model, TEST_TEXTS)
  const checks = [
    await checkBatching(model, TEST_TEXTS, (vector) => [...vector]),
    checkSequences(
      encoder,
      TEST_TEXTS.map((text) => [text])
    ),
    checkUnitLength(vectors),
    checkEmbeddingDirection(vectors)
  ]
  refuseBroken(checks, ['tokens_equal_tokenizer', 'unit_length'])
  const inputs = (job: unknown): readonly string[] => (job as EmbeddingJob).texts
  return serviceOf({ kind: 'embed', settings, encoder, model, inputs, checks, startMs })
}

async function oneByOne<I, R>(model: BatchModel<I, R>, inputs: readonly I[]): Promise<readonly R[]> {
  const results: R[] = []
  for (const input of inputs) results.push(...(await model.run([model.encode(input)])))
  return results
}

interface Loaded<I, R> {
  /** Name of the job and of its runs in the counters. */
  readonly kind: 'entail' | 'embed'
  readonly settings: WorkerSettings
  readonly encoder: Encoder
  readonly model: BatchModel<I, R>
  readonly inputs: (job: unknown) => readonly I[]
  readonly checks: readonly SelfTestCheck[]
  /** `performance.now()` before loading. */
  readonly startMs: number
}

function serviceOf<I, R extends object>(loaded: Loaded<I, R>): WorkerService {
  const { kind, settings, encoder, model, inputs, checks } = loaded
  const meter = new RunMeter()
  const batchInvariant = checks.every((check) => check.name !== 'batched_equals_alone' || check.passed)
  const run: BatchModel<I, R>['run'] = (batch) => {
    return withCpuToken(settings.cpuToken, () => meter.time(kind, runSize(batch), () => model.run(batch)))
  }
  const limits = { maxBatchTokens: settings.maxBatchTokens, maxRows: batchInvariant ? Infinity : 1 }
  const batcher = new Batcher({ ...model, run }, { ...limits, cacheBytes: CACHE_BYTES })
  return {
    ready: readyOf(loaded, batchInvariant),
    submit: (job, reply) => batcher.submit(inputs(job), reply),
    stats: () => ({ ...batcher.stats(), runs: meter.totals(), kvBytes: 0 }),
    close: async () => {
      await batcher.close()
      await encoder.close()
    }
  }
}

function readyOf<I, R>({ kind, encoder, checks, startMs }: Loaded<I, R>, batchInvariant: boolean): WorkerReady {
  return {
    capabilities: [kind],
    batchInvariant,
    digest: encoder.digest,
    contextTokens: encoder.contextTokens,
    selfTest: checks,
    loadMs: performance.now() - startMs,
    problem: problemOf(checks)
  }
}

function runSize(batch: readonly Sequence[]): RunSize {
  const tokens = batch.reduce((sum, sequence) => sum + sequence.ids.length, 0)
  return { items: batch.length, tokens, paddedTokens: batch.length * batch[0]!.paddedLength }
}

/** Without these checks numbers would be wrong: such a model does not serve. */
function refuseBroken(checks: readonly SelfTestCheck[], vital: readonly string[]): void {
  const broken = checks.filter(({ name, passed }) => !passed && vital.includes(name)).map(({ name }) => name)
  if (broken.length === 0) return
  throw new QualmError('QUALM_ERR_MODEL_UNAVAILABLE', `The model failed its self-test: ${broken.join(', ')}.`)
}

function problemOf(checks: readonly SelfTestCheck[]): string | null {
  const failed = checks
    .filter(({ passed }) => !passed)
    .map(({ name }) => {
      if (name === 'batched_equals_alone') return 'Results change with their neighbours, so every input runs alone.'
      return `The self-test ${name} failed.`
    })
  return failed.length === 0 ? null : failed.join(' ')
}
