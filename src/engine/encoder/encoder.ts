/** An encoder that is open: its session, its tokenizer and what its files say of it. Lives in a worker thread. */
import type { PreTrainedTokenizer } from '@xenova/transformers'
import { Tensor } from 'onnxruntime-node'
import type { InferenceSession } from 'onnxruntime-node'
import { loadConfig, loadTokenizer, modelDigest, weightFile } from '../model-files.js'
import type { ModelConfig } from '../model-files.js'
import { createSession } from '../session.js'
import type { WorkerSettings } from '../worker-service.js'
import { Joiner } from './joiner.js'
import type { Encoded, Sequence } from './sequence.js'

export interface Encoder {
  readonly config: ModelConfig
  readonly digest: string
  /** Tokens of the window, special tokens included. */
  readonly contextTokens: number
  /** The sequence of one text or of a pair. */
  encode(texts: readonly string[]): Sequence
  /** What the tokenizer itself makes of the same texts: the reference for `encode`. */
  reference(texts: readonly string[]): Encoded
  /** One output for sequences of one padded length, row by row. */
  run(batch: readonly Sequence[], outputName: string): Promise<EncoderOutput>
  close(): Promise<void>
}

export interface EncoderOutput {
  readonly data: Float32Array
  readonly dims: readonly number[]
}

const DEFAULT_WINDOW = 512

/**
 * Opens a model for sequences of `textCount` texts: 1 for embeddings, 2 for pairs.
 * Throws QUALM_ERR_MODEL_UNAVAILABLE when files are missing, an Error when the tokenizer cannot be used this way.
 */
export async function openEncoder(settings: WorkerSettings, textCount: 1 | 2): Promise<Encoder> {
  const config = await loadConfig(settings)
  const weights = await weightFile(settings, config, settings.dtype)
  const tokenizer = await loadTokenizer(settings)
  const digest = await modelDigest(settings, weights)
  const session = await createSession(weights.path, { threads: settings.threads })
  const contextTokens = windowOf(config, tokenizer)
  const joiner = new Joiner(tokenizer, textCount, contextTokens)
  return {
    config,
    digest,
    contextTokens,
    encode: (texts) => joiner.encode(texts),
    reference: (texts) => joiner.reference(texts),
    run: (batch, outputName) => run(session, batch, outputName),
    close: () => session.release()
  }
}

async function run(session: InferenceSession, batch: readonly Sequence[], outputName: string): Promise<EncoderOutput> {
  const outputs = await session.run(feedsOf(session.inputNames, batch), [outputName])
  const { data, dims } = outputs[outputName]!
  return { data: data as Float32Array, dims }
}

/** int64 inputs [rows, length]; padding is zero everywhere, which the mask hides. */
function feedsOf(inputNames: readonly string[], batch: readonly Sequence[]): Record<string, Tensor> {
  const length = batch[0]!.paddedLength
  const columns: Record<string, BigInt64Array> = {}
  for (const name of inputNames) columns[name] = new BigInt64Array(batch.length * length)
  batch.forEach(({ ids, types }, row) => {
    for (let i = 0, at = row * length; i < ids.length; i++, at++) {
      if (columns['input_ids']) columns['input_ids'][at] = BigInt(ids[i]!)
      if (columns['attention_mask']) columns['attention_mask'][at] = 1n
      if (columns['token_type_ids']) columns['token_type_ids'][at] = BigInt(types[i]!)
    }
  })
  const dims = [batch.length, length]
  return Object.fromEntries(inputNames.map((name) => [name, new Tensor('int64', columns[name]!, dims)]))
}

function windowOf(config: ModelConfig, tokenizer: PreTrainedTokenizer): number {
  const positions = config['max_position_embeddings']
  return Math.min(tokenizer.model_max_length, typeof positions === 'number' ? positions : DEFAULT_WINDOW)
}
