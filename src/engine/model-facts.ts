/** What is known of a model that has not loaded. */
import type { ModelInfo } from './engine.js'

export const NOTHING_KNOWN: Omit<ModelInfo, 'id' | 'role' | 'source' | 'state' | 'problem'> = {
  capabilities: [],
  batchInvariant: false,
  digest: null,
  contextTokens: null,
  selfTest: [],
  loadMs: null
}
