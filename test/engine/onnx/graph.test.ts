import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type GraphEdit, readGraph, writeGraph } from '../../../src/engine/onnx/graph.js'
import { bytesField, concat, fields, textField } from '../../../src/engine/onnx/wire.js'
import { packageRoot } from '../../fixtures/package-root.js'
import { writeTinyModel } from '../../fixtures/tiny-models.js'
import { EMBEDDED } from '../language/under-test.js'

const root = t.testdir()
const UNCHANGED: GraphEdit = {
  dropOutputs: new Set(),
  replaceNodes: new Map(),
  appendNodes: [],
  initializers: [],
  inputs: [],
  outputs: []
}
const GRAPH = 7
const UNKNOWN = textField(1234, 'from a later version of the format')

async function tinyBytes(style: 'gqa' | 'concat' | 'gqa-dynamic-int8'): Promise<Buffer> {
  await writeTinyModel(join(root, style), style)
  return readFile(join(root, style, 'onnx', 'model.onnx'))
}

/** The model with an unknown field at the end of its graph and of itself. */
function withUnknownFields(model: Uint8Array): Uint8Array {
  const all = [...fields(model)].map((field) =>
    field.number === GRAPH ? bytesField(GRAPH, concat([field.payload, UNKNOWN])) : field.raw
  )
  return concat([...all, UNKNOWN])
}

for (const style of ['gqa', 'concat', 'gqa-dynamic-int8'] as const) {
  t.test(`a ${style} model without an edit is rewritten byte for byte`, async (t) => {
    const model = await tinyBytes(style)
    t.ok(model.equals(writeGraph(readGraph(model), UNCHANGED)))
  })
}

t.test('the embedded model without an edit is rewritten byte for byte', async (t) => {
  const model = await readFile(join(packageRoot, 'models', EMBEDDED, 'onnx', 'model_quantized.onnx'))
  t.ok(model.equals(writeGraph(readGraph(model), UNCHANGED)))
})

t.test('unknown fields of the model and of its graph survive an edit', async (t) => {
  const model = withUnknownFields(await tinyBytes('gqa'))
  const edited = Buffer.from(writeGraph(readGraph(model), { ...UNCHANGED, dropOutputs: new Set(['logits']) }))
  const graph = [...fields(edited)].find((field) => field.number === GRAPH)!
  t.ok(Buffer.from([...fields(graph.payload)].at(-1)!.raw).equals(UNKNOWN))
  t.ok(Buffer.from([...fields(edited)].at(-1)!.raw).equals(UNKNOWN))
})

t.test('an edit drops the outputs that it names and keeps the others', async (t) => {
  const model = await tinyBytes('gqa')
  const dropped = readGraph(writeGraph(readGraph(model), { ...UNCHANGED, dropOutputs: new Set(['logits']) }))
  t.strictSame(
    dropped.outputs,
    readGraph(model).outputs.filter((name) => name !== 'logits')
  )
  t.equal(dropped.nodes.length, readGraph(model).nodes.length)
})

t.test('a model that is cut anywhere in its graph is refused', async (t) => {
  const model = await tinyBytes('gqa')
  for (const share of [0.1, 0.5, 0.9]) {
    t.throws(() => readGraph(model.subarray(0, Math.floor(model.length * share))), { message: /truncated/ })
  }
})

t.test('bytes without a graph are no model', async (t) => {
  t.throws(() => readGraph(textField(2, 'qualm')), { message: /not an ONNX model/ })
})
