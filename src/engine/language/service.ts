/** A loaded language model as a worker service: jobs in, rows and results out. */
import type { SelfTestCheck } from '../engine.js'
import { withCpuToken } from '../cpu-token.js'
import {
  loadConfig,
  loadGenerationConfig,
  loadTokenizer,
  type ModelConfig,
  modelDigest,
  type ModelPlace,
  tokenizerDecoderType,
  weightFile
} from '../model-files.js'
import type { LanguageJob, Reply, WorkerReady, WorkerService, WorkerSettings } from '../worker-service.js'
import type { Decoder } from './decoder.js'
import { generate } from './generate.js'
import type { JobHandle, LanguageModel } from './language-model.js'
import { decoderShape, openDecoder } from './load.js'
import { LanguageLoop } from './loop.js'
import { optionProbabilities } from './option-probabilities.js'
import { encodeMessages, encodeText } from './prompt.js'
import { PromptCache } from './prompt-cache.js'
import { RunMeter } from '../run-meter.js'
import { scoreText } from './score-text.js'
import { selfTest } from './self-test.js'
import { tokenText } from './token-text.js'

const DEFAULT_CONTEXT_TOKENS = 2048

function tokenIds(...values: readonly unknown[]): number[] {
  return [...new Set(values.flat().filter((value): value is number => typeof value === 'number'))]
}

function passed(checks: readonly SelfTestCheck[], name: string): boolean {
  return checks.some((each) => each.name === name && each.passed)
}

/** A scale over the whole tensor can pass a check by luck, so such a decoder is never trusted with neighbours. */
function batches(checks: readonly SelfTestCheck[], decoder: Decoder): boolean {
  return passed(checks, 'batched_equals_alone') && !decoder.dynamicQuantization
}

function reusesPrompts(checks: readonly SelfTestCheck[], decoder: Decoder): boolean {
  return passed(checks, 'chunked_equals_whole') && !decoder.dynamicQuantization
}

/** What the failed checks mean for callers. */
function problemOf(checks: readonly SelfTestCheck[], decoder: Decoder): string | null {
  const failed = checks.filter((each) => !each.passed).map((each) => each.name)
  const parts = [
    ...(batches(checks, decoder) ? [] : ['rows change with their neighbours, so each row runs alone']),
    ...(reusesPrompts(checks, decoder) ? [] : ['prompts are not reused, because chunks change the numbers']),
    ...(decoder.fallback === null ? [] : [`statistics run in JavaScript: ${decoder.fallback}`])
  ]
  const other = failed.filter((name) => name !== 'batched_equals_alone' && name !== 'chunked_equals_whole')
  return other.length + parts.length === 0
    ? null
    : [...parts, ...other.map((name) => `the self-test ${name} failed`)].join('; ')
}

/** Checks without which numbers would be wrong: such a model does not serve. */
const VITAL = [
  'prefill_equals_decode_nats',
  'graph_equals_script_nats',
  'graph_draws_equal_script',
  'tokenizer_round_trip'
]

function refuseBroken(checks: readonly SelfTestCheck[]): void {
  const broken = checks.filter((each) => !each.passed && VITAL.includes(each.name))
  if (broken.length === 0) return
  const facts = broken.map(
    (each) => `${each.name} (difference ${String(each.difference)}, tolerance ${String(each.tolerance)})`
  )
  throw new Error(`the language model failed its self-test: ${facts.join(', ')}`)
}

interface Parts {
  readonly settings: WorkerSettings
  readonly decoder: Decoder
  readonly config: ModelConfig
  readonly generation: ModelConfig | null
  readonly checks: readonly SelfTestCheck[]
}

function loopOf(
  { settings, decoder, config, generation, checks }: Parts,
  cache: PromptCache,
  meter: RunMeter
): LanguageLoop {
  return new LanguageLoop({
    decoder,
    cache,
    meter,
    slabs: { maxRows: batches(checks, decoder) ? settings.maxRows : 1, fixedCapacity: decoder.style === 'concat' },
    maxRows: settings.maxRows,
    ends: new Set(tokenIds(config['eos_token_id'], generation?.['eos_token_id'])),
    exclusive: (run) => withCpuToken(settings.cpuToken, run)
  })
}

function submit(model: LanguageModel, job: LanguageJob, reply: Reply): JobHandle {
  if (job.kind === 'generate') return generate(model, job.request, { ...reply, row: reply.partial })
  if (job.kind === 'score') return scoreText(model, job.request, reply)
  return optionProbabilities(model, job.request, reply)
}

/** Loads, tests and wraps the model that the settings name. Throws when it cannot serve. */
export async function languageService(settings: WorkerSettings): Promise<WorkerService> {
  const start = performance.now()
  const place: ModelPlace = settings
  const config = await loadConfig(place)
  const generation = await loadGenerationConfig(place)
  const weights = await weightFile(place, config, settings.dtype)
  const digest = modelDigest(place, weights)
  const tokenizer = await loadTokenizer(place)
  const decoder = await openDecoder(weights, decoderShape(config), settings.threads)
  const text = tokenText(tokenizer, await tokenizerDecoderType(place))
  const checks = await selfTest(decoder, tokenizer, text)
  refuseBroken(checks)
  const cache = new PromptCache(reusesPrompts(checks, decoder) ? settings.promptCacheBytes : 0)
  const meter = new RunMeter()
  const loop = loopOf({ settings, decoder, config, generation, checks }, cache, meter)
  const contextTokens =
    typeof config['max_position_embeddings'] === 'number' ? config['max_position_embeddings'] : DEFAULT_CONTEXT_TOKENS
  const ends = new Set(tokenIds(config['eos_token_id'], generation?.['eos_token_id']))
  const model: LanguageModel = {
    loop,
    text,
    ends,
    start: tokenIds(config['bos_token_id'], [...ends])[0] ?? 0,
    contextTokens,
    vocabulary: decoder.shape.vocabulary,
    encodeMessages: (messages) => encodeMessages(tokenizer, messages),
    encodeText: (each) => encodeText(tokenizer, each)
  }
  const ready: WorkerReady = {
    capabilities: [
      'generate',
      'samples',
      'logprobs',
      'entropy',
      'top_logprobs',
      'score_text',
      'option_probabilities',
      'seed'
    ],
    batchInvariant: batches(checks, decoder),
    digest: await digest,
    contextTokens,
    selfTest: checks,
    loadMs: performance.now() - start,
    problem: problemOf(checks, decoder)
  }
  let cancelled = 0
  return {
    ready,
    submit(job, reply) {
      const handle = submit(model, job as LanguageJob, reply)
      return {
        cancel() {
          cancelled += 1
          handle.cancel()
        }
      }
    },
    stats: () => ({
      waiting: loop.waiting,
      running: loop.running,
      cancelled,
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
