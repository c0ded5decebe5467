/** Characters at the end of a text that may be the start of one of `words`, none of which is empty. */
export function heldBack(text: string, words: readonly string[]): number {
  const lengths = words.map((word) => {
    let length = Math.min(word.length - 1, text.length)
    while (length > 0 && !word.startsWith(text.slice(text.length - length))) length--
    return length
  })
  return Math.max(0, ...lengths)
}
