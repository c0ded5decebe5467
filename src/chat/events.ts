/** Server-sent events as bytes: each goes on as it came. */

const LF = 0x0a
const CR = 0x0d

/** Offset after the blank line that ends the event at `from`; -1: it has not come yet. */
function endOfEvent(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(LF, from); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3
  }
  return -1
}

/** The events of a stream, each with its blank line; what is left at its end comes last, as it is. */
export async function* eventsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array()
  for await (const part of source) {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part])
    let start = 0
    for (let end = endOfEvent(rest, 0); end !== -1; end = endOfEvent(rest, start)) {
      yield rest.subarray(start, end)
      start = end
    }
    rest = rest.subarray(start)
  }
  if (rest.length > 0) yield rest
}

/** An event with data, whose lines are joined. */
export interface DataEvent {
  readonly data: string
  /** The event with other data, on one line. */
  readonly with: (data: string) => string
}

/** The data of an event; null for a comment and for anything else without data. */
export function readEvent(bytes: Uint8Array): DataEvent | null {
  const text = new TextDecoder().decode(bytes)
  const found = [...text.matchAll(/^data:[ ]?([^\r\n]*)/gmu)]
  const [first, last] = [found[0], found.at(-1)]
  if (first === undefined || last === undefined) return null
  const start = first.index + first[0].length - first[1]!.length
  const end = last.index + last[0].length
  const data = found.map(([, line]) => line).join('\n')
  return { data, with: (other) => text.slice(0, start) + other + text.slice(end) }
}

/** One event. `data` is JSON text. */
export const eventOf = (data: string): string => `data: ${data}\n\n`

/** What ends a stream of chunks. */
export const DONE = '[DONE]'
