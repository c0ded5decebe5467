/** How callers name a stored object: the newest version of a name, or one version of it. */
export interface Reference {
  readonly name: string
  /** Null for the newest. */
  readonly version: number | null
}

const PATTERN = /^([A-Za-z0-9._-]{1,64})(?:@([1-9][0-9]{0,8}))?$/

/** Reads `name` or `name@version`; null when the text is neither. */
export function parseReference(text: string): Reference | null {
  const match = PATTERN.exec(text)
  if (match === null) return null
  return { name: match[1]!, version: match[2] === undefined ? null : Number(match[2]) }
}
