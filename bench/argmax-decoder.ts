/**
 * The edited decoder without its statistics: the same graph with the same new K/V, from which everything that hangs on
 * the logits is taken and an ArgMax put in its place. What is left is the cheapest greedy decoder possible here.
 */
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { InferenceSession } from 'onnxruntime-node'
import type { Decoder, Run, RunResult } from '../src/engine/language/decoder.js'
import { baseFeeds, type Feeds, float32, int64, newEntryStart } from '../src/engine/language/feeds.js'
import type { WeightFile } from '../src/engine/model-files.js'
import { type Graph, readGraph, writeGraph } from '../src/engine/onnx/graph.js'
import { type DecoderShape, type DecoderTraits, decoderTraits, editDecoder } from '../src/engine/onnx/language-edit.js'
import { INT64, node, valueInfo } from '../src/engine/onnx/nodes.js'
import { createSession } from '../src/engine/session.js'

const LOGITS = 'q_logits'
const BEST = 'best_id'
const NEW_CACHE = 'new_kv'

/** First outputs of the nodes that need `tensor`, directly or through others. Nodes stand in the order they run in. */
function dependents(graph: Graph, tensor: string): readonly string[] {
  const reached = new Set([tensor])
  const found = graph.nodes.filter((each) => {
    const depends = each.inputs.some((input) => reached.has(input))
    if (depends) for (const output of each.outputs) reached.add(output)
    return depends
  })
  return found.map((each) => each.outputs[0]!)
}

function withArgmaxOnly(model: Uint8Array, shape: DecoderShape): Uint8Array {
  const graph = readGraph(editDecoder(model, shape))
  return writeGraph(graph, {
    dropOutputs: new Set(graph.outputs.filter((name) => name !== NEW_CACHE)),
    replaceNodes: new Map(dependents(graph, LOGITS).map((name) => [name, []])),
    appendNodes: [node({ op: 'ArgMax', inputs: [LOGITS], outputs: [BEST], attributes: { axis: -1 } })],
    initializers: [],
    inputs: [],
    outputs: [valueInfo(BEST, INT64, ['rows', 1])]
  })
}

/** Inputs of the statistics: nothing reads them any more, yet a session insists on all that are declared. */
const UNREAD: Feeds = {
  temperature: float32(Float32Array.of(1), [1, 1]),
  uniform: float32(Float32Array.of(0), [1, 1]),
  target: int64([0], [1, 1]),
  top_count: int64([1], [1]),
  full_rows: int64([], [0])
}

function feedsOf(run: Run, shape: DecoderShape, traits: DecoderTraits): Feeds {
  const { positions } = run.wanted
  const feeds = { ...UNREAD, ...baseFeeds(run, shape, traits), logit_rows: int64(positions, [positions.length]) }
  if (traits.style !== 'gqa') return feeds
  const added = run.lengths.flatMap((_, row) =>
    Array.from({ length: run.steps }, (__, step) => newEntryStart(run, row, traits) + step)
  )
  return { ...feeds, kv_position: int64(added, [run.rows, 1, run.steps, 1]) }
}

/** Numbers that nothing computed: the loop carries them along and nobody reads them. */
function uncomputed(count: number): Omit<RunResult, 'newCache' | 'topIds' | 'sampleIds'> {
  const none = new Float32Array(count).fill(NaN)
  return {
    entropies: none,
    topLogprobs: none,
    topTempered: none,
    targetLogprobs: none,
    sampleLogprobs: none,
    fullLogprobs: none
  }
}

async function greedyRun(session: InferenceSession, feeds: Feeds): Promise<RunResult> {
  const outputs = await session.run(feeds, [NEW_CACHE, BEST])
  const best = Array.from(outputs[BEST]!.data as BigInt64Array, Number)
  const newCache = outputs[NEW_CACHE]!.data as Float32Array
  return { newCache, topIds: best, sampleIds: best, ...uncomputed(best.length) }
}

/** Opens it on the weights of an export that can be edited. It decodes greedily, whatever rows ask for. */
export async function openArgmaxDecoder(weights: WeightFile, shape: DecoderShape, threads: number): Promise<Decoder> {
  const model = await readFile(weights.path)
  const traits = decoderTraits(readGraph(model))
  const session = await createSession(withArgmaxOnly(model, shape), { threads, dataFolder: dirname(weights.path) })
  return {
    style: traits.style,
    shape,
    dynamicQuantization: traits.dynamicQuantization,
    quantized: true,
    fallback: null,
    run: (run) => greedyRun(session, feedsOf(run, shape, traits)),
    logits: () => Promise.reject(new Error('the graph without statistics yields no logits')),
    release: () => session.release()
  }
}
