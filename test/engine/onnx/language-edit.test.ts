import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Decoder, Run } from '../../../src/engine/language/decoder.js'
import { Slab } from '../../../src/engine/language/slab.js'
import { type GraphEdit, readGraph, rewireNode, writeGraph } from '../../../src/engine/onnx/graph.js'
import { decoderTraits, editDecoder } from '../../../src/engine/onnx/language-edit.js'
import { node } from '../../../src/engine/onnx/nodes.js'
import { TINY_DECODER } from '../../fixtures/onnx/decoder-shape.js'
import { packageRoot } from '../../fixtures/package-root.js'
import { type DecoderStyle, writeTinyModel } from '../../fixtures/tiny-models.js'
import { workerSettings } from '../../fixtures/worker-settings.js'
import { EMBEDDED, firstRun, GREEDY, openFolder, openService, openTiny, sampled } from '../language/under-test.js'

const root = t.testdir()
const SHAPE = {
  layers: TINY_DECODER.layers,
  kvHeads: TINY_DECODER.keyValueHeads,
  headDim: TINY_DECODER.headDim,
  vocabulary: TINY_DECODER.vocabulary
}
const STYLES: readonly DecoderStyle[] = ['gqa', 'concat', 'gqa-dynamic-int8']
const STATISTICS = [
  'entropies',
  'topLogprobs',
  'topTempered',
  'targetLogprobs',
  'sampleLogprobs',
  'fullLogprobs'
] as const
const PROMPTS = [
  [1, 80, 104, 270, 66, 9, 120],
  [1, 77],
  [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
]

async function tinyModel(style: DecoderStyle): Promise<{ readonly folder: string; readonly bytes: Buffer }> {
  const folder = join(root, style)
  await writeTinyModel(folder, style)
  return { folder, bytes: await readFile(join(folder, 'onnx', 'model.onnx')) }
}

/** A decode step of rows of unequal length in a view with room to spare. */
async function raggedStep(decoder: Decoder): Promise<Run> {
  const slab = new Slab(decoder.shape, PROMPTS.length, 16)
  for (const [slot, ids] of PROMPTS.entries()) {
    const { newCache } = await decoder.run(firstRun(decoder, ids))
    const single = new Slab(decoder.shape, 1, ids.length)
    single.append(newCache, [0], ids.length)
    slab.copyFrom(single, 0, slot, ids.length)
  }
  return {
    ids: [50, 60, 70],
    rows: 3,
    steps: 1,
    lengths: PROMPTS.map((ids) => ids.length),
    cache: slab.view(3),
    wanted: {
      positions: [0, 1, 2, 1],
      targets: [3, 4, 5, 6],
      temperatures: [1, 0.5, 2, 1],
      uniforms: [0.1, 0.4, 0.8, 0.99],
      topCount: 6,
      full: [2, 0]
    }
  }
}

function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY
  return Array.from(left).reduce((most, value, at) => Math.max(most, Math.abs(value - right[at]!)), 0)
}

for (const style of STYLES) {
  t.test(`what an edited ${style} graph adds to the cache equals the present slices bit for bit`, async (t) => {
    const { folder } = await tinyModel(style)
    const [edited, plain] = [await openFolder(t, folder), await openFolder(t, folder, false)]
    t.equal(edited.fallback, null)
    t.match(plain.fallback, /as it is/)
    const first = firstRun(edited, PROMPTS[2]!)
    t.equal(largestDifference((await edited.run(first)).newCache, (await plain.run(first)).newCache), 0, 'prefill')
    const step = await raggedStep(plain)
    t.equal(largestDifference((await edited.run(step)).newCache, (await plain.run(step)).newCache), 0, 'decode')
  })

  t.test(`statistics of an edited ${style} graph equal those of plain JavaScript`, async (t) => {
    const { folder } = await tinyModel(style)
    const [edited, plain] = [await openFolder(t, folder), await openFolder(t, folder, false)]
    const step = await raggedStep(plain)
    const [found, expected] = [await edited.run(step), await plain.run(step)]
    const { positions, topCount } = step.wanted
    t.strictSame(found.topIds.slice(0, positions.length * topCount), expected.topIds)
    t.strictSame(found.sampleIds.slice(0, positions.length), expected.sampleIds)
    for (const name of STATISTICS) {
      t.ok(largestDifference(found[name].slice(0, expected[name].length), expected[name]) < 1e-4, name)
    }
    t.ok(largestDifference(await edited.logits(step), await plain.logits(step)) < 1e-5, 'logits')
  })
}

t.test('the traits of each export style are read from its graph', async (t) => {
  const models = await Promise.all(STYLES.map((style) => tinyModel(style)))
  t.strictSame(
    models.map(({ bytes }) => decoderTraits(readGraph(bytes))),
    [
      { style: 'gqa', hasPositionIds: false, hasLogitsToKeep: true, dynamicQuantization: false },
      { style: 'concat', hasPositionIds: true, hasLogitsToKeep: false, dynamicQuantization: false },
      { style: 'gqa', hasPositionIds: false, hasLogitsToKeep: true, dynamicQuantization: true }
    ]
  )
})

t.test('an edited graph yields neither logits of every position nor the whole cache', async (t) => {
  const graph = readGraph(editDecoder((await tinyModel('gqa')).bytes, SHAPE))
  t.notOk(graph.outputs.some((name) => name === 'logits' || name.startsWith('present.')))
  t.ok(graph.outputs.includes('new_kv'))
  t.equal(new Set(graph.nodes.map(({ name }) => name)).size, graph.nodes.length, 'node names are unique')
})

t.test('the head of the embedded model sees only the wanted positions', async (t) => {
  const model = await readFile(join(packageRoot, 'models', EMBEDDED, 'onnx', 'model_quantized.onnx'))
  const shape = { layers: 30, kvHeads: 3, headDim: 64, vocabulary: 49152 }
  const head = readGraph(editDecoder(model, shape)).nodes.find(({ outputs }) => outputs.includes('q_logits'))!
  t.equal(head.op, 'MatMulNBits')
  t.equal(head.inputs[0], 'q_hidden')
})

function replacing(replaceNodes: GraphEdit['replaceNodes']): GraphEdit {
  return { dropOutputs: new Set(), replaceNodes, appendNodes: [], initializers: [], inputs: [], outputs: [] }
}

/** The Concat model with its cache outputs behind Identity nodes, as an exporter might write them. */
function hiddenConcat(model: Uint8Array): Uint8Array {
  const graph = readGraph(model)
  const producers = graph.nodes.filter(({ op, outputs }) => op === 'Concat' && outputs[0]!.startsWith('present.'))
  const replaceNodes = new Map(
    producers.map((producer) => {
      const [name] = producer.outputs as [string]
      const joined = rewireNode(producer, producer.inputs, [`${name}.joined`])
      return [name, [joined, node({ op: 'Identity', inputs: [`${name}.joined`], outputs: [name] })]] as const
    })
  )
  return writeGraph(graph, replacing(replaceNodes))
}

t.test('a graph that cannot be edited runs with plain statistics, says so and gives the same answers', async (t) => {
  const { bytes } = await tinyModel('concat')
  const location = join(root, 'hidden-concat')
  await writeTinyModel(location, 'concat')
  await writeFile(join(location, 'onnx', 'model.onnx'), hiddenConcat(bytes))
  const plain = await openService(t, workerSettings({ location, maxRows: 8 }))
  const edited = await openTiny(t, root, 'concat', { maxRows: 8 })
  t.match(plain.service.ready.problem, /statistics run in JavaScript: .*key comes from Identity, not from Concat/)
  t.notMatch(edited.service.ready.problem, /JavaScript/)
  const rows = [GREEDY, sampled(1), sampled(0.8, { topP: 0.9 })]
  const request = { rows, maxTokens: 30, topCount: 3, ignoreEnd: true }
  const [found, expected] = [await plain.generate(request), await edited.generate(request)]
  for (const [index, row] of found.rows.entries()) {
    const other = expected.rows[index]!
    t.strictSame(
      row.tokens.map(({ id }) => id),
      other.tokens.map(({ id }) => id),
      `row ${index}`
    )
    t.ok(
      largestDifference(
        row.tokens.map(({ logprob }) => logprob),
        other.tokens.map(({ logprob }) => logprob)
      ) < 1e-4
    )
    t.ok(
      largestDifference(
        row.tokens.map(({ entropy }) => entropy),
        other.tokens.map(({ entropy }) => entropy)
      ) < 1e-4
    )
  }
})

t.test('a model that fails the self-test in its numbers does not serve', async (t) => {
  const { bytes } = await tinyModel('concat')
  const location = join(root, 'broken')
  await writeTinyModel(location, 'concat')
  const graph = readGraph(bytes)
  const past = 'past_key_values.0.key'
  // The cached keys of layer 0 are counted twice: a decode step sees another past than a prefill.
  const doubled = node({ op: 'Add', inputs: [past, past], outputs: ['doubled'] })
  const user = graph.nodes.find(({ inputs }) => inputs.includes(past))!
  const rewired = rewireNode(
    user,
    user.inputs.map((name) => (name === past ? 'doubled' : name)),
    user.outputs
  )
  await writeFile(
    join(location, 'onnx', 'model.onnx'),
    writeGraph(graph, replacing(new Map([[user.outputs[0]!, [doubled, rewired]]])))
  )
  await t.rejects(openService(t, workerSettings({ location })), { message: /self-test: prefill_equals_decode_nats/ })
})
