import type { Row } from './database.js'
import type { Exported, JsonObject } from './document.js'

/** A body as its two columns: what lists read, and what they leave out. */
export interface Columns {
  readonly head: string
  readonly bulk: string
}

/** Splits a body into its columns. */
export function toColumns(json: JsonObject, heavy: readonly string[]): Columns {
  const part = (isHeavy: boolean) => Object.entries(json).filter(([key]) => heavy.includes(key) === isHeavy)
  return { head: JSON.stringify(Object.fromEntries(part(false))), bulk: JSON.stringify(Object.fromEntries(part(true))) }
}

const parse = (text: unknown): JsonObject => JSON.parse(String(text)) as JsonObject

/** A row as a document; without `bulk` where the statement did not read it. */
export function toExported(row: Row): Exported {
  return {
    kind: String(row['kind']),
    name: String(row['name']),
    version: Number(row['version']),
    createdMs: Number(row['created_ms']),
    digest: String(row['digest']),
    body: { ...parse(row['head']), ...(row['bulk'] === undefined ? {} : parse(row['bulk'])) }
  }
}
