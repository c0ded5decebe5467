import fc from 'fast-check'
import t from 'tap'
import { bytesField, concat, fields, intField, varint } from '../../../src/engine/onnx/wire.js'

const FIXED_32 = (number: number) => concat([varint(number * 8 + 5), Uint8Array.of(1, 2, 3, 4)])
const FIXED_64 = (number: number) => concat([varint(number * 8 + 1), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)])

const anyField = fc
  .tuple(
    fc.integer({ min: 1, max: 2 ** 29 - 1 }),
    fc.oneof(
      fc.nat(2 ** 31 - 1).map((value) => (number: number) => intField(number, value)),
      fc.uint8Array({ maxLength: 300 }).map((payload) => (number: number) => bytesField(number, payload)),
      fc.constant(FIXED_32),
      fc.constant(FIXED_64)
    )
  )
  .map(([number, encode]) => ({ number, raw: encode(number) }))

t.test('a walk over any message yields its fields in order and every byte once', async (t) => {
  fc.assert(
    fc.property(fc.array(anyField), (written) => {
      const message = concat(written.map(({ raw }) => raw))
      const read = [...fields(message)]
      return (
        read.every(({ number }, at) => number === written[at]!.number) &&
        read.length === written.length &&
        Buffer.from(concat(read.map(({ raw }) => raw))).equals(message)
      )
    })
  )
  t.pass()
})

t.test('values and payloads are decoded', async (t) => {
  const [value, payload] = [...fields(concat([intField(5, 2 ** 40 + 3), bytesField(6, Uint8Array.of(7, 8))]))]
  t.equal(value?.varint, 2 ** 40 + 3)
  t.strictSame([...payload!.payload], [7, 8])
})

t.test('a message that is cut inside a field throws', async (t) => {
  for (const whole of [intField(1, 300), bytesField(2, new Uint8Array(200)), FIXED_32(3), FIXED_64(4)]) {
    for (let length = 1; length < whole.length; length++) {
      t.throws(() => [...fields(whole.subarray(0, length))], { message: /truncated protobuf/ }, `${length} bytes`)
    }
  }
})

t.test('a wire type that protobuf no longer has throws', async (t) => {
  t.throws(() => [...fields(Uint8Array.of(8 + 3))], { message: /wire type 3/ })
})

t.test('integers take as few bytes as they need, negative ones ten', async (t) => {
  t.strictSame([...varint(0)], [0])
  t.strictSame([...varint(127)], [127])
  t.strictSame([...varint(128)], [128, 1])
  t.strictSame([...varint(-1)], [255, 255, 255, 255, 255, 255, 255, 255, 255, 1])
})
