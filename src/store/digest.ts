import { createHash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.js'
import type { Exported } from './document.js'

/**
 * SHA-256 of a document in hex, over its kind, name, version, time and body. It tells that a document is whole and the
 * same as another, not who wrote it.
 */
export function digestOf({ kind, name, version, createdMs, body }: Omit<Exported, 'digest'>): string {
  const text = canonicalJson({ kind, name, version, created_ms: createdMs, body })
  return createHash('sha256').update(text).digest('hex')
}
