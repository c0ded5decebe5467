/** Reading and rewriting an ONNX model: only names and operator types are decoded, all else is copied. */
import { bytesField, concat, type Field, fields, textField } from './wire.js'

const MODEL_GRAPH = 7
const GRAPH_NODE = 1
const GRAPH_INITIALIZER = 5
const GRAPH_INPUT = 11
const GRAPH_OUTPUT = 12

/** A node as far as it is decoded. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** The encoded NodeProto. */
  readonly bytes: Uint8Array
}

/** A model as far as it is decoded. */
export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly modelFields: readonly Field[]
  readonly graphFields: readonly Field[]
}

/** Edits of a graph. Names in `outputs` to drop; nodes are keyed by their first output. */
export interface GraphEdit {
  readonly dropOutputs: ReadonlySet<string>
  /** Replacements of a node, in place, by the name of its first output. */
  readonly replaceNodes: ReadonlyMap<string, readonly Uint8Array[]>
  readonly appendNodes: readonly Uint8Array[]
  readonly initializers: readonly Uint8Array[]
  readonly inputs: readonly Uint8Array[]
  readonly outputs: readonly Uint8Array[]
}

const decoder = new TextDecoder()

function texts(all: readonly Field[], number: number): string[] {
  return all.filter((field) => field.number === number).map((field) => decoder.decode(field.payload))
}

function readNode(bytes: Uint8Array): GraphNode {
  const all = [...fields(bytes)]
  return {
    name: texts(all, 3)[0] ?? '',
    op: texts(all, 4)[0] ?? '',
    inputs: texts(all, 1),
    outputs: texts(all, 2),
    bytes
  }
}

function nameOf(valueInfo: Uint8Array): string {
  return texts([...fields(valueInfo)], 1)[0] ?? ''
}

/** Reads a serialised ModelProto. Throws when it is not one. */
export function readGraph(model: Uint8Array): Graph {
  const modelFields = [...fields(model)]
  const graph = modelFields.find((field) => field.number === MODEL_GRAPH)
  if (graph === undefined) throw new Error('not an ONNX model: it holds no graph')
  const graphFields = [...fields(graph.payload)]
  const named = (number: number) => graphFields.filter((field) => field.number === number)
  return {
    nodes: named(GRAPH_NODE).map((field) => readNode(field.payload)),
    inputs: named(GRAPH_INPUT).map((field) => nameOf(field.payload)),
    outputs: named(GRAPH_OUTPUT).map((field) => nameOf(field.payload)),
    modelFields,
    graphFields
  }
}

/** A copy of an encoded node with one input renamed and its outputs set. */
export function rewireNode(node: GraphNode, inputs: readonly string[], outputs: readonly string[]): Uint8Array {
  const kept = [...fields(node.bytes)].filter((field) => field.number !== 1 && field.number !== 2)
  return concat([
    ...inputs.map((input) => textField(1, input)),
    ...outputs.map((output) => textField(2, output)),
    ...kept.map((field) => field.raw)
  ])
}

function editField(field: Field, edit: GraphEdit): Uint8Array[] {
  if (field.number === GRAPH_OUTPUT) return edit.dropOutputs.has(nameOf(field.payload)) ? [] : [field.raw]
  if (field.number !== GRAPH_NODE || edit.replaceNodes.size === 0) return [field.raw]
  const replacement = edit.replaceNodes.get(readNode(field.payload).outputs[0] ?? '')
  return replacement === undefined ? [field.raw] : replacement.map((bytes) => bytesField(GRAPH_NODE, bytes))
}

/** Serialises the model with the edit applied. */
export function writeGraph(graph: Graph, edit: GraphEdit): Uint8Array {
  const edited = concat([
    ...graph.graphFields.flatMap((field) => editField(field, edit)),
    ...edit.appendNodes.map((bytes) => bytesField(GRAPH_NODE, bytes)),
    ...edit.initializers.map((bytes) => bytesField(GRAPH_INITIALIZER, bytes)),
    ...edit.inputs.map((bytes) => bytesField(GRAPH_INPUT, bytes)),
    ...edit.outputs.map((bytes) => bytesField(GRAPH_OUTPUT, bytes))
  ])
  const rest = graph.modelFields.map((field) =>
    field.number === MODEL_GRAPH ? bytesField(MODEL_GRAPH, edited) : field.raw
  )
  return concat(rest)
}
