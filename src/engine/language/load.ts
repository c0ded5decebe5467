/** Opens a decoder: reads the graph, edits it where it can be edited, else falls back to plain JavaScript statistics. */
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import { QualmError } from '../../errors.js'
import type { ModelConfig, WeightFile } from '../model-files.js'
import { readGraph } from '../onnx/graph.js'
import { type DecoderShape, type DecoderTraits, decoderTraits, editDecoder } from '../onnx/language-edit.js'
import { createSession } from '../session.js'
import type { Decoder } from './decoder.js'
import { editedDecoder } from './edited-decoder.js'
import { plainDecoder } from './plain-decoder.js'

const QUANTIZED = /MatMulNBits|MatMulInteger|DynamicQuantize|GatherBlockQuantized/

function requiredNumber(config: ModelConfig, name: string): number {
  const value = config[name]
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw new QualmError('QUALM_ERR_MODEL_UNAVAILABLE', `config.json of the language model has no usable "${name}".`)
}

/** The sizes of a decoder, from config.json. */
export function decoderShape(config: ModelConfig): DecoderShape {
  const heads = requiredNumber(config, 'num_attention_heads')
  return {
    layers: requiredNumber(config, 'num_hidden_layers'),
    kvHeads: typeof config['num_key_value_heads'] === 'number' ? config['num_key_value_heads'] : heads,
    headDim:
      typeof config['head_dim'] === 'number' ? config['head_dim'] : requiredNumber(config, 'hidden_size') / heads,
    vocabulary: requiredNumber(config, 'vocab_size')
  }
}

/** Wraps an open session; `fallback` null means that its graph is edited. */
function wrap(
  session: InferenceSession,
  shape: DecoderShape,
  traits: DecoderTraits,
  quantized: boolean,
  fallback: string | null
): Decoder {
  return fallback === null
    ? editedDecoder(session, shape, traits, quantized)
    : plainDecoder(session, shape, traits, quantized, fallback)
}

/** Opens the decoder in `weights`. `edit: false` runs the graph as it is. */
export async function openDecoder(
  weights: WeightFile,
  shape: DecoderShape,
  threads: number,
  edit = true
): Promise<Decoder> {
  const model = await readFile(weights.path)
  const graph = readGraph(model)
  const traits = decoderTraits(graph)
  const quantized = graph.nodes.some((node) => QUANTIZED.test(node.op))
  const plain = async (reason: string) =>
    wrap(await createSession(weights.path, { threads }), shape, traits, quantized, reason)
  if (!edit) return plain('the graph is run as it is on request')
  try {
    const session = await createSession(editDecoder(model, shape), { threads, dataFolder: dirname(weights.path) })
    return wrap(session, shape, traits, quantized, null)
  } catch (error) {
    return plain(`the graph could not be edited: ${error instanceof Error ? error.message : String(error)}`)
  }
}
