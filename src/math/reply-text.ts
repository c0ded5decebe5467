/** What of a model's reply is read. */

/** A reply is read from its end: this many UTF-16 units, whatever its length. */
export const READ_UNITS = 2048

/** Drops `<think>…</think>`, a thought that is not closed, and what stands before a close without an opening. */
export function withoutThoughts(text: string): string {
  const parts = text.split(/<\/think>/iu)
  return parts
    .map((part, i) => {
      const open = part.search(/<think>/iu)
      return open >= 0 ? part.slice(0, open) : i === parts.length - 1 ? part : ''
    })
    .join('\n')
}

/** The end of a text, from a white space on when it is cut. */
export function lastUnits(text: string): string {
  if (text.length <= READ_UNITS) return text
  const tail = text.slice(-READ_UNITS)
  const space = tail.search(/\s/u)
  return space === -1 ? '' : tail.slice(space)
}
