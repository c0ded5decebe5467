/** A payload without NaN and infinities, and pointers to where they were. */
export interface Finite<T> {
  readonly payload: T
  readonly pointers: readonly string[]
}

function isFiniteThroughout(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  for (const child of Object.values(value)) if (!isFiniteThroughout(child)) return false
  return true
}

function replace(value: unknown, pointer: string, pointers: string[]): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    pointers.push(pointer)
    return null
  }
  if (Array.isArray(value)) return value.map((item, i) => replace(item, `${pointer}/${i}`, pointers))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => [key, replace(child, `${pointer}/${key}`, pointers)])
  return Object.fromEntries(entries)
}

/**
 * Puts null where a number is not finite. JSON cannot carry such numbers: the serialiser would answer 500 for NaN and
 * write null for −Infinity without a word. The payload is copied only when there is something to replace.
 */
export function finite<T>(payload: T): Finite<T> {
  if (isFiniteThroughout(payload)) return { payload, pointers: [] }
  const pointers: string[] = []
  return { payload: replace(payload, '', pointers) as T, pointers }
}
