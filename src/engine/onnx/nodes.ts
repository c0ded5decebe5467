/** Builders for the pieces of an ONNX graph (onnx.proto3 field numbers), as encoded bytes. */
import { bytesField, concat, intField, textField, varint } from './wire.js'

/** TensorProto.DataType of the types that Qualm adds. */
export const FLOAT = 1
export const INT64 = 7

/** An attribute: an integer, or a list of integers. */
export type Attribute = number | readonly number[]

const ATTRIBUTE_INT = 2
const ATTRIBUTE_INTS = 7

function attribute(name: string, value: Attribute): Uint8Array {
  if (typeof value === 'number') return concat([textField(1, name), intField(3, value), intField(20, ATTRIBUTE_INT)])
  return concat([textField(1, name), ...value.map((item) => intField(8, item)), intField(20, ATTRIBUTE_INTS)])
}

/** What a node is. `name` must be unique in the graph. */
export interface NodeSpec {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>>
}

/** A NodeProto of the default domain, named after its first output. */
export function node(spec: NodeSpec): Uint8Array {
  return concat([
    ...spec.inputs.map((input) => textField(1, input)),
    ...spec.outputs.map((output) => textField(2, output)),
    textField(3, `qualm/${spec.outputs[0]}`),
    textField(4, spec.op),
    ...Object.entries(spec.attributes ?? {}).map(([name, value]) => bytesField(5, attribute(name, value)))
  ])
}

/** An int64 initialiser; no dimensions makes a scalar. */
export function int64Tensor(name: string, dims: readonly number[], values: readonly number[]): Uint8Array {
  const data = new Uint8Array(BigInt64Array.from(values.map((value) => BigInt(value))).buffer)
  return tensor(name, INT64, dims, data)
}

function tensor(name: string, type: number, dims: readonly number[], data: Uint8Array): Uint8Array {
  const shape = dims.map((dim) => concat([varint(8), varint(dim)]))
  return concat([...shape, intField(2, type), textField(8, name), bytesField(9, data)])
}

/** A graph input or output. A string dimension is symbolic. */
export function valueInfo(name: string, type: number, dims: readonly (number | string)[]): Uint8Array {
  const shape = dims.map((dim) => bytesField(1, typeof dim === 'number' ? intField(1, dim) : textField(2, dim)))
  const tensorType = concat([intField(1, type), bytesField(2, concat(shape))])
  return concat([textField(1, name), bytesField(2, bytesField(1, tensorType))])
}
