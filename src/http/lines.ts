/** One line of a stream. `bytes` is null when it was too long. `number` counts from 1, blank lines included. */
export interface Line {
  readonly number: number
  readonly bytes: Buffer | null
}

const NEWLINE = 0x0a
const BLANK = /^\s*$/
/** Longer lines of spaces are read as JSON and fail there. */
const LONGEST_BLANK = 256

/** The line that is being received: its parts until a newline comes, or only its length once it is too long. */
class PartialLine {
  #parts: Buffer[] = []
  #length = 0
  readonly #limitBytes: number

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  add(part: Buffer): void {
    this.#length += part.length
    if (this.#length > this.#limitBytes) this.#parts = []
    else this.#parts.push(part)
  }

  take(): Buffer | null {
    const bytes = this.#length > this.#limitBytes ? null : Buffer.concat(this.#parts)
    this.#parts = []
    this.#length = 0
    return bytes
  }
}

const isBlank = (bytes: Buffer | null): boolean =>
  bytes !== null && bytes.length < LONGEST_BLANK && BLANK.test(bytes.toString('latin1'))

/** Cuts bytes into lines. Blank ones are counted, not given; memory stays below `limitBytes` and one chunk. */
export async function* splitLines(chunks: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<Line> {
  const partial = new PartialLine(limitBytes)
  let number = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      partial.add(chunk.subarray(start, end))
      start = end + 1
      number++
      const bytes = partial.take()
      if (!isBlank(bytes)) yield { number, bytes }
    }
    partial.add(chunk.subarray(start))
  }
  const bytes = partial.take()
  if (!isBlank(bytes)) yield { number: number + 1, bytes }
}
