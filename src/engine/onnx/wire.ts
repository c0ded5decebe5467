/**
 * Protocol Buffers at the wire level: enough to walk a message without knowing its schema and to append fields to it.
 * Everything that is not touched is copied byte for byte, so unknown fields and weights survive an edit.
 */

/** One field of a message. `raw` spans tag and value; `payload` is the value of a length-delimited field. */
export interface Field {
  readonly number: number
  readonly wireType: number
  readonly raw: Uint8Array
  /** Content of a length-delimited field, else empty. */
  readonly payload: Uint8Array
  /** Value of a varint field, else 0. Exact up to 2^53. */
  readonly varint: number
}

const WIRE_VARINT = 0
const WIRE_FIXED64 = 1
const WIRE_BYTES = 2
const WIRE_FIXED32 = 5
const NOTHING = new Uint8Array(0)

function readVarint(bytes: Uint8Array, start: number): readonly [value: number, end: number] {
  let value = 0
  let scale = 1
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return [value, at + 1]
    scale *= 128
  }
  throw new Error('truncated protobuf: a varint runs past the end')
}

function valueEnd(bytes: Uint8Array, wireType: number, at: number): number {
  if (wireType === WIRE_VARINT) return readVarint(bytes, at)[1]
  if (wireType === WIRE_FIXED64) return at + 8
  if (wireType === WIRE_FIXED32) return at + 4
  if (wireType !== WIRE_BYTES) throw new Error(`unsupported protobuf wire type ${wireType}`)
  const [length, start] = readVarint(bytes, at)
  return start + length
}

/** Walks the fields of one message in order. Views into `bytes`, no copies. Throws on a truncated message. */
export function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0
  while (at < bytes.length) {
    const [tag, start] = readVarint(bytes, at)
    const wireType = tag % 8
    const end = valueEnd(bytes, wireType, start)
    if (end > bytes.length) throw new Error('truncated protobuf: a field runs past the end')
    const isBytes = wireType === WIRE_BYTES
    const payload = isBytes ? bytes.subarray(readVarint(bytes, start)[1], end) : NOTHING
    const varint = wireType === WIRE_VARINT ? readVarint(bytes, start)[0] : 0
    yield { number: Math.floor(tag / 8), wireType, raw: bytes.subarray(at, end), payload, varint }
    at = end
  }
}

/** Joins byte arrays. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Encodes a non-negative integer, or a negative one as 64-bit two's complement. */
export function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

/** A varint field. */
export function intField(number: number, value: number): Uint8Array {
  return concat([varint(number * 8 + WIRE_VARINT), varint(value)])
}

/** A length-delimited field. */
export function bytesField(number: number, payload: Uint8Array): Uint8Array {
  return concat([varint(number * 8 + WIRE_BYTES), varint(payload.length), payload])
}

/** A string field. */
export function textField(number: number, text: string): Uint8Array {
  return bytesField(number, new TextEncoder().encode(text))
}
