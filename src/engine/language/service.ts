/** A loaded language model as a worker service: jobs in, rows and results out. */
import type { PreTrainedTokenizer } from '@xenova/transformers'
import type { SelfTestCheck } from '../engine.js'
import { withCpuToken } from '../cpu-token.js'
import {
  loadConfig,
  loadGenerationConfig,
  loadTokenizer,
  modelDigest,
  tokenizerDecoderType,
  weightFile
} from '../model-files.js'
import type { LanguageJob, Reply, WorkerReady, WorkerService, WorkerSettings } from '../worker-service.js'
import type { Decoder } from './decoder.js'
import { generate } from './generate.js'
import type { JobHandle, LanguageModel } from './language-model.js'
import { decoderShape, openDecoder } from './load.js'
import { LanguageLoop } from './loop.js'
import type { LoopSettings } from './loop-settings.js'
import { optionProbabilities } from './option-probabilities.js'
import { encodeMessages, encodeText } from './prompt.js'
import { PromptCache } from './prompt-cache.js'
import { RunMeter } from '../run-meter.js'
import { scoreText } from './score-text.js'
import { selfTest } from './self-test.js'
import { tokenText, type TokenText } from './token-text.js'
import { batches, problemOf, refuseBroken, reusesPrompts } from './verdict.js'

const DEFAULT_CONTEXT_TOKENS = 2048
const CAPABILITIES = [
  'generate',
  'samples',
  'logprobs',
  'entropy',
  'top_logprobs',
  'score_text',
  'option_probabilities',
  'seed'
]

function tokenIds(...values: readonly unknown[]): number[] {
  return [...new Set(values.flat().filter((value): value is number => typeof value === 'number'))]
}

function startJob(model: LanguageModel, job: LanguageJob, reply: Reply): JobHandle {
  if (job.kind === 'generate') {
    const listening = job.tellsTokens === true ? { token: reply.partial } : {}
    return generate(model, job.request, { ...reply, row: reply.partial, ...listening })
  }
  if (job.kind === 'score') return scoreText(model, job.request, reply)
  return optionProbabilities(model, job.request, reply)
}

/** A model that is open and has passed its vital checks. */
interface Loaded {
  readonly tokenizer: PreTrainedTokenizer
  readonly decoder: Decoder
  readonly text: TokenText
  readonly checks: readonly SelfTestCheck[]
  readonly digest: string
  readonly contextTokens: number
  readonly ends: ReadonlySet<number>
  readonly start: number
}

async function open(settings: WorkerSettings): Promise<Loaded> {
  const config = await loadConfig(settings)
  const generation = await loadGenerationConfig(settings)
  const weights = await weightFile(settings, config, settings.dtype)
  const tokenizer = await loadTokenizer(settings)
  const [decoder, digest] = await Promise.all([
    openDecoder(weights, decoderShape(config), settings.threads),
    modelDigest(settings, weights)
  ])
  const text = tokenText(tokenizer, await tokenizerDecoderType(settings))
  const checks = await selfTest(decoder, tokenizer, text)
  refuseBroken(checks)
  const window = config['max_position_embeddings']
  const contextTokens = typeof window === 'number' ? window : DEFAULT_CONTEXT_TOKENS
  const ends = new Set(tokenIds(config['eos_token_id'], generation?.['eos_token_id']))
  const start = tokenIds(config['bos_token_id'], [...ends])[0] ?? 0
  return { tokenizer, decoder, text, checks, digest, contextTokens, ends, start }
}

function modelOf({ tokenizer, decoder, text, contextTokens, ends, start }: Loaded, loop: LanguageLoop): LanguageModel {
  return {
    loop,
    text,
    ends,
    start,
    contextTokens,
    vocabulary: decoder.shape.vocabulary,
    encodeMessages: (messages) => encodeMessages(tokenizer, messages),
    encodeText: (each) => encodeText(tokenizer, each)
  }
}

function readyOf({ decoder, checks, digest, contextTokens }: Loaded, loadMs: number): WorkerReady {
  return {
    capabilities: CAPABILITIES,
    batchInvariant: batches(checks, decoder),
    digest,
    contextTokens,
    selfTest: checks,
    loadMs,
    problem: problemOf(checks, decoder)
  }
}

/** Counts what callers give up. */
function submitter(model: LanguageModel): {
  readonly submit: WorkerService['submit']
  readonly cancelled: () => number
} {
  let cancelled = 0
  const submit: WorkerService['submit'] = (job, reply) => {
    const handle = startJob(model, job as LanguageJob, reply)
    return {
      cancel() {
        cancelled += 1
        handle.cancel()
      }
    }
  }
  return { submit, cancelled: () => cancelled }
}

/** Loads, tests and wraps the model that the settings name. Throws when it cannot serve. */
export async function languageService(settings: WorkerSettings): Promise<WorkerService> {
  const startMs = performance.now()
  const loaded = await open(settings)
  const { decoder, checks, ends } = loaded
  const cache = new PromptCache(reusesPrompts(checks, decoder) ? settings.promptCacheBytes : 0)
  const meter = new RunMeter()
  const { maxRows, cpuToken } = settings
  const slabs = { maxRows: batches(checks, decoder) ? maxRows : 1, fixedCapacity: decoder.style === 'concat' }
  const exclusive: LoopSettings['exclusive'] = (run) => withCpuToken(cpuToken, run)
  const loop = new LanguageLoop({ decoder, cache, meter, slabs, maxRows, ends, exclusive })
  const { submit, cancelled } = submitter(modelOf(loaded, loop))
  return {
    ready: readyOf(loaded, performance.now() - startMs),
    submit,
    stats: () => ({
      waiting: loop.waiting,
      running: loop.running,
      cancelled: cancelled(),
      runs: meter.totals(),
      cacheHits: cache.hits,
      cacheMisses: cache.misses,
      kvBytes: loop.kvBytes
    }),
    async close() {
      await loop.drained()
      await decoder.release()
    }
  }
}
