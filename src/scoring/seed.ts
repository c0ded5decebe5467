import { createHash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.js'
import type { ScoreRequest } from '../schemas/score.js'

/** Parts of a body that may differ between requests for the same scores. */
const WITHOUT_EFFECT = new Set(['custom_id', 'metadata', 'include', 'explain', 'levels', 'group'])

/** The seed of a request: its own, else 32 bits of a hash of its canonical body, so that equal bodies draw equally. */
export function seedOf(request: ScoreRequest): number {
  if (request.seed !== undefined) return request.seed
  const effective = Object.entries(request).filter(([key]) => !WITHOUT_EFFECT.has(key))
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(effective)))
    .digest()
    .readUInt32BE(0)
}
