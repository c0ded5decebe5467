/**
 * The edit that turns a decoder export into Qualm's decoder: only the wanted positions reach the head, statistics are
 * computed in the graph, and only the new K/V leaves it (performance.md §1.2, §9).
 */
import { type Graph, type GraphNode, readGraph, rewireNode, writeGraph } from './graph.js'
import { FLOAT, INT64, int64Tensor, type NodeSpec, node, valueInfo } from './nodes.js'
import { type GraphPart, statisticsParts } from './statistics.js'

/** How attention keeps its cache: GroupQueryAttention (valid entries first) or Concat(past, new). */
export type AttentionStyle = 'gqa' | 'concat'

/** The sizes that the cache is built from. */
export interface DecoderShape {
  readonly layers: number
  readonly kvHeads: number
  readonly headDim: number
  readonly vocabulary: number
}

/** What a look at the graph tells before it is edited. */
export interface DecoderTraits {
  readonly style: AttentionStyle
  readonly hasPositionIds: boolean
  readonly hasLogitsToKeep: boolean
  /** True when activations are quantised with one scale for the whole tensor, so that neighbours change a row. */
  readonly dynamicQuantization: boolean
}

const DYNAMIC = new Set(['DynamicQuantizeLinear', 'DynamicQuantizeMatMul'])
const HEADS = new Set(['MatMul', 'MatMulNBits'])

/** Reads the attention style and the inputs of a decoder export. */
export function decoderTraits(graph: Graph): DecoderTraits {
  const ops = new Set(graph.nodes.map((each) => each.op))
  return {
    style: ops.has('GroupQueryAttention') ? 'gqa' : 'concat',
    hasPositionIds: graph.inputs.includes('position_ids'),
    hasLogitsToKeep: graph.inputs.includes('num_logits_to_keep'),
    dynamicQuantization: [...ops].some((op) => DYNAMIC.has(op))
  }
}

/** Names of the cache tensors in slab order: key and value of layer 0, of layer 1, … */
export function cacheNames(layers: number, prefix: 'past_key_values' | 'present'): readonly string[] {
  return Array.from({ length: layers }, (_, layer) => [`${prefix}.${layer}.key`, `${prefix}.${layer}.value`]).flat()
}

function producerOf(graph: Graph, output: string): GraphNode {
  const found = graph.nodes.find((each) => each.outputs.includes(output))
  if (found === undefined) throw new Error(`the graph has no node that yields ${output}`)
  return found
}

/** [B, S, X] → the wanted rows [M, X]. */
function rowsOf(source: string, output: string): NodeSpec[] {
  return [
    { op: 'Flatten', inputs: [source], outputs: [`${output}_flat`], attributes: { axis: 2 } },
    { op: 'Gather', inputs: [`${output}_flat`, 'logit_rows'], outputs: [output], attributes: { axis: 0 } }
  ]
}

/** Picks the wanted rows, before the head where the head is a plain matrix product (it is a fifth of the work), else after it. */
function wantedLogits(graph: Graph): {
  readonly replace: ReadonlyMap<string, readonly Uint8Array[]>
  readonly append: readonly Uint8Array[]
} {
  const head = producerOf(graph, 'logits')
  if (!HEADS.has(head.op)) return { replace: new Map(), append: rowsOf('logits', 'q_logits').map(node) }
  const rows = rowsOf(head.inputs[0]!, 'q_hidden').map(node)
  const rewired = rewireNode(head, ['q_hidden', ...head.inputs.slice(1)], ['q_logits'])
  return { replace: new Map([['logits', [...rows, rewired]]]), append: [] }
}

/** The new entries of one cache tensor, [B, KV, S, D]. */
function newEntries(graph: Graph, style: AttentionStyle, name: string): NodeSpec[] {
  const added = `q_new/${name}`
  if (style === 'gqa') {
    return [{ op: 'GatherElements', inputs: [name, 'q_kv_index'], outputs: [added], attributes: { axis: 2 } }]
  }
  const producer = producerOf(graph, name)
  if (producer.op !== 'Concat') throw new Error(`${name} comes from ${producer.op}, not from Concat`)
  return [{ op: 'Identity', inputs: [producer.inputs[1]!], outputs: [added] }]
}

/** `new_kv` [2L, B, KV, S, D]: what this run added to the cache, in slab order. */
function newCache(graph: Graph, style: AttentionStyle, shape: DecoderShape): GraphPart {
  const names = cacheNames(shape.layers, 'present')
  const index: NodeSpec[] = [{ op: 'Expand', inputs: ['kv_position', 'q_kv_shape'], outputs: ['q_kv_index'] }]
  const stack = names.map((name): NodeSpec => ({
    op: 'Unsqueeze',
    inputs: [`q_new/${name}`, 'q_axis0'],
    outputs: [`q_stacked/${name}`]
  }))
  const nodes: NodeSpec[] = [
    ...(style === 'gqa' ? index : []),
    ...names.flatMap((name) => newEntries(graph, style, name)),
    ...stack,
    { op: 'Concat', inputs: names.map((name) => `q_stacked/${name}`), outputs: ['new_kv'], attributes: { axis: 0 } }
  ]
  const kvShape = int64Tensor('q_kv_shape', [4], [1, shape.kvHeads, 1, shape.headDim])
  return {
    nodes: nodes.map(node),
    initializers: [int64Tensor('q_axis0', [1], [0]), ...(style === 'gqa' ? [kvShape] : [])],
    inputs: style === 'gqa' ? [valueInfo('kv_position', INT64, ['batch_size', 1, 'sequence_length', 1])] : [],
    outputs: [valueInfo('new_kv', FLOAT, [names.length, 'batch_size', shape.kvHeads, 'sequence_length', shape.headDim])]
  }
}

/**
 * The edited model, serialised. Throws, naming the obstacle, when the graph has another form; the caller then runs the
 * graph as it is and computes the statistics in JavaScript.
 */
export function editDecoder(model: Uint8Array, shape: DecoderShape): Uint8Array {
  const graph = readGraph(model)
  const { style } = decoderTraits(graph)
  const logits = wantedLogits(graph)
  const parts = [newCache(graph, style, shape), ...statisticsParts('q_logits', shape.vocabulary)]
  return writeGraph(graph, {
    dropOutputs: new Set(['logits', ...cacheNames(shape.layers, 'present')]),
    replaceNodes: logits.replace,
    appendNodes: [...logits.append, ...parts.flatMap((each) => each.nodes)],
    initializers: parts.flatMap((each) => each.initializers),
    inputs: [valueInfo('logit_rows', INT64, ['rows']), ...parts.flatMap((each) => each.inputs)],
    outputs: parts.flatMap((each) => each.outputs)
  })
}
