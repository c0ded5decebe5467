import fc from 'fast-check'
import t from 'tap'
import { splitLines, type Line } from '../../src/http/lines.js'

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let start = 0
  for (let i = 0; start < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    yield bytes.subarray(start, start + size)
    start += size
  }
}

async function linesOf(text: string | Buffer, limitBytes = 1000, sizes: readonly number[] = [7]): Promise<Line[]> {
  const lines: Line[] = []
  for await (const line of splitLines(cut(Buffer.from(text), sizes), limitBytes)) lines.push(line)
  return lines
}

const textOf = ({ number, bytes }: Line) => [number, bytes === null ? null : bytes.toString().trim()]

t.test('blank lines are counted but not given, and a last line needs no newline', async (t) => {
  t.same((await linesOf('a\n\n \r\nb\r\nc')).map(textOf), [
    [1, 'a'],
    [4, 'b'],
    [5, 'c']
  ])
})

t.test('a line longer than the limit is given without its bytes, and those around it are whole', async (t) => {
  t.same((await linesOf(`a\n${'x'.repeat(50)}\nb\n`, 10)).map(textOf), [
    [1, 'a'],
    [2, null],
    [3, 'b']
  ])
})

t.test('a line of exactly the limit is given', async (t) => {
  t.same((await linesOf('xxxxxxxxxx\n', 10)).map(textOf), [[1, 'x'.repeat(10)]])
})

t.test('bytes that are not UTF-8 come through as they are', async (t) => {
  t.same((await linesOf(Buffer.of(0xff, 0x0a)))[0]?.bytes, Buffer.of(0xff))
})

t.test('however the bytes are cut into chunks, the lines are the same', async (t) => {
  const word = fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\n', ' '))
  const chunks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
  const sameWhole = async (words: readonly string[], sizes: readonly number[]): Promise<void> => {
    const text = words.join('\n')
    t.same(await linesOf(text, 30, sizes), await linesOf(text, 30, [Math.max(1, text.length * 4)]))
  }
  await fc.assert(fc.asyncProperty(fc.array(word), chunks, sameWhole), { numRuns: 50 })
  t.pass('no counterexample')
})
