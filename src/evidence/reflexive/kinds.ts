import type { ReflexiveKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'
import { gatherVerbalized, VERBALIZED_MAX_TOKENS } from './verbalized.js'

/** Evidence that the model gives of itself. */
export const reflexiveKinds: KindTable<keyof ReflexiveKinds> = {
  verbalized: {
    restsOn: () => ['question', 'answer'],
    isSupplied: (supply) => supply.confidence !== null,
    work: ({ supply, asksModel }) =>
      asksModel && supply.confidence === null ? { completionTokens: VERBALIZED_MAX_TOKENS } : {},
    reads: ['verbalized'],
    roles: ['language'],
    gather: ({ input, get, ask }) => gatherVerbalized(input, () => get('answer'), ask)
  }
}
