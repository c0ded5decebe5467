/**
 * The statistics that are computed inside the graph, on the logits of the wanted positions (performance.md §9).
 * M wanted rows, V vocabulary entries. Each builder appends nodes and initialisers for its outputs.
 */
import { FLOAT, INT64, int64Tensor, type NodeSpec, node, valueInfo } from './nodes.js'

/** Nodes, constants, inputs and outputs to append to a graph. */
export interface GraphPart {
  readonly nodes: readonly Uint8Array[]
  readonly initializers: readonly Uint8Array[]
  readonly inputs: readonly Uint8Array[]
  readonly outputs: readonly Uint8Array[]
}

/** Width of a block of the two-level inverse-CDF search; one CumSum over the whole vocabulary is four times slower. */
const BLOCK = 256

function part(nodes: readonly NodeSpec[], rest: Partial<Omit<GraphPart, 'nodes'>> = {}): GraphPart {
  return { nodes: nodes.map(node), initializers: [], inputs: [], outputs: [], ...rest }
}

/** ln p and p of every vocabulary entry, `q_lp` [M, V] and `q_p` [M, V]. The logits stay reachable for the self-test. */
function logProbabilities(logits: string): GraphPart {
  return part(
    [
      { op: 'LogSoftmax', inputs: [logits], outputs: ['q_lp'], attributes: { axis: -1 } },
      { op: 'Exp', inputs: ['q_lp'], outputs: ['q_p'] }
    ],
    { initializers: [int64Tensor('q_axis1', [1], [1])], outputs: [valueInfo(logits, FLOAT, ['rows', 'vocabulary'])] }
  )
}

/** `entropy` [M] in nats. */
function entropy(): GraphPart {
  return part(
    [
      { op: 'Mul', inputs: ['q_p', 'q_lp'], outputs: ['q_plp'] },
      { op: 'ReduceSum', inputs: ['q_plp', 'q_axis1'], outputs: ['q_plp_sum'], attributes: { keepdims: 0 } },
      { op: 'Neg', inputs: ['q_plp_sum'], outputs: ['entropy'] }
    ],
    { outputs: [valueInfo('entropy', FLOAT, ['rows'])] }
  )
}

/** `top_lp`, `top_id` [M, k] with k from the input `top_count` [1], and `top_tempered` [M, k], the mass of the same entries in the tempered distribution. */
function topTokens(): GraphPart {
  return part(
    [
      { op: 'TopK', inputs: ['q_lp', 'top_count'], outputs: ['top_lp', 'top_id'], attributes: { axis: 1 } },
      { op: 'GatherElements', inputs: ['q_tempered', 'top_id'], outputs: ['top_tempered'], attributes: { axis: 1 } }
    ],
    {
      inputs: [valueInfo('top_count', INT64, [1])],
      outputs: [
        valueInfo('top_lp', FLOAT, ['rows', 'k']),
        valueInfo('top_id', INT64, ['rows', 'k']),
        valueInfo('top_tempered', FLOAT, ['rows', 'k'])
      ]
    }
  )
}

/** `target_lp` [M, 1]: ln p of the given token `target` [M, 1]. */
function target(): GraphPart {
  return part([{ op: 'GatherElements', inputs: ['q_lp', 'target'], outputs: ['target_lp'], attributes: { axis: 1 } }], {
    inputs: [valueInfo('target', INT64, ['rows', 1])],
    outputs: [valueInfo('target_lp', FLOAT, ['rows', 1])]
  })
}

/** `q_tempered` [M, V]: softmax(logits / temperature), with `temperature` [M, 1] > 0. */
function tempered(logits: string): GraphPart {
  return part(
    [
      { op: 'Div', inputs: [logits, 'temperature'], outputs: ['q_scaled'] },
      { op: 'Softmax', inputs: ['q_scaled'], outputs: ['q_tempered'], attributes: { axis: -1 } }
    ],
    { inputs: [valueInfo('temperature', FLOAT, ['rows', 1])] }
  )
}

/** `full_lp` [F, V]: ln p of whole rows, for draws that the top entries cannot decide. `full_rows` [F] indexes the M rows. */
function fullRows(): GraphPart {
  return part([{ op: 'Gather', inputs: ['q_lp', 'full_rows'], outputs: ['full_lp'], attributes: { axis: 0 } }], {
    inputs: [valueInfo('full_rows', INT64, ['full'])],
    outputs: [valueInfo('full_lp', FLOAT, ['full', 'vocabulary'])]
  })
}

/**
 * `sample_id` [M, 1]: the inverse CDF of the tempered distribution at `uniform` [M, 1] in [0, 1), by blocks: pick the
 * block in which the cumulative sum passes u, then the entry inside it. `sample_lp` [M, 1] is its ln p at temperature 1.
 */
function sample(vocabulary: number): GraphPart {
  const blocks = Math.ceil(vocabulary / BLOCK)
  const padding = blocks * BLOCK - vocabulary
  const padded: NodeSpec[] =
    padding === 0 ? [] : [{ op: 'Pad', inputs: ['q_tempered', 'q_pads'], outputs: ['q_padded'] }]
  const nodes: NodeSpec[] = [
    ...padded,
    { op: 'Reshape', inputs: [padding === 0 ? 'q_tempered' : 'q_padded', 'q_block_shape'], outputs: ['q_blocks'] },
    { op: 'ReduceSum', inputs: ['q_blocks', 'q_axis2'], outputs: ['q_block_sum'], attributes: { keepdims: 0 } },
    { op: 'CumSum', inputs: ['q_block_sum', 'q_one'], outputs: ['q_block_cdf'] },
    ...rankOf('q_block_cdf', 'q_block', 'q_last_block'),
    { op: 'GatherElements', inputs: ['q_block_cdf', 'q_block'], outputs: ['q_cdf_at'], attributes: { axis: 1 } },
    { op: 'GatherElements', inputs: ['q_block_sum', 'q_block'], outputs: ['q_sum_at'], attributes: { axis: 1 } },
    { op: 'Sub', inputs: ['q_cdf_at', 'q_sum_at'], outputs: ['q_before'] },
    { op: 'GatherND', inputs: ['q_blocks', 'q_block'], outputs: ['q_inside'], attributes: { batch_dims: 1 } },
    { op: 'CumSum', inputs: ['q_inside', 'q_one'], outputs: ['q_inside_cdf'] },
    { op: 'Add', inputs: ['q_inside_cdf', 'q_before'], outputs: ['q_entry_cdf'] },
    ...rankOf('q_entry_cdf', 'q_offset', 'q_last_offset'),
    { op: 'Mul', inputs: ['q_block', 'q_width'], outputs: ['q_start'] },
    { op: 'Add', inputs: ['q_start', 'q_offset'], outputs: ['q_picked'] },
    { op: 'Min', inputs: ['q_picked', 'q_last_entry'], outputs: ['sample_id'] },
    { op: 'GatherElements', inputs: ['q_lp', 'sample_id'], outputs: ['sample_lp'], attributes: { axis: 1 } }
  ]
  const constants: Uint8Array[] = [
    int64Tensor('q_block_shape', [3], [-1, blocks, BLOCK]),
    int64Tensor('q_axis2', [1], [2]),
    int64Tensor('q_one', [], [1]),
    int64Tensor('q_last_block', [], [blocks - 1]),
    int64Tensor('q_last_offset', [], [BLOCK - 1]),
    int64Tensor('q_width', [], [BLOCK]),
    int64Tensor('q_last_entry', [], [vocabulary - 1]),
    ...(padding === 0 ? [] : [int64Tensor('q_pads', [4], [0, 0, 0, padding])])
  ]
  return part(nodes, {
    initializers: constants,
    inputs: [valueInfo('uniform', FLOAT, ['rows', 1])],
    outputs: [valueInfo('sample_id', INT64, ['rows', 1]), valueInfo('sample_lp', FLOAT, ['rows', 1])]
  })
}

/** Number of entries of `cdf` [M, n] that are ≤ u, clipped to `last`: the index that the draw falls on, `output` [M, 1]. */
function rankOf(cdf: string, output: string, last: string): NodeSpec[] {
  return [
    { op: 'LessOrEqual', inputs: [cdf, 'uniform'], outputs: [`${output}_passed`] },
    { op: 'Cast', inputs: [`${output}_passed`], outputs: [`${output}_ones`], attributes: { to: INT64 } },
    {
      op: 'ReduceSum',
      inputs: [`${output}_ones`, 'q_axis1'],
      outputs: [`${output}_rank`],
      attributes: { keepdims: 1 }
    },
    { op: 'Min', inputs: [`${output}_rank`, last], outputs: [output] }
  ]
}

/** All statistics over `logits` [M, V]. */
export function statisticsParts(logits: string, vocabulary: number): readonly GraphPart[] {
  return [logProbabilities(logits), entropy(), tempered(logits), topTokens(), target(), fullRows(), sample(vocabulary)]
}
