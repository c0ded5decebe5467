/** What is wrong with the operator's default for `uncertainty`, told at start and not by every answer. */
import { QualmError } from '../errors.js'
import type { ChatUncertainty } from '../schemas/chat.js'
import { selectRuns, type Scorers } from '../scoring/select.js'
import { scoreRequestOf } from './score-request.js'

export interface AtHand {
  readonly scorers: Scorers
  /** Aliases of language models. */
  readonly models: readonly string[]
}

/** Where the default stands in the file. */
const PLACE = '/chat/uncertainty'

/**
 * Faults of a default that has passed its schema, each with its place in the file: scorers and options that do not
 * exist, a stronger model that nothing serves. Policies and calibrations may be made later.
 */
export function defaultFaults(asked: false | ChatUncertainty | undefined, atHand: AtHand): readonly string[] {
  if (asked === undefined || asked === false) return []
  return [...scorerFaults(asked, atHand), ...modelFaults(asked, atHand)]
}

function scorerFaults(asked: ChatUncertainty, { scorers }: AtHand): readonly string[] {
  try {
    selectRuns(scoreRequestOf({ messages: [] }, asked, 'none'), scorers, null)
    return []
  } catch (error) {
    if (!(error instanceof QualmError)) throw error
    return error.errors.map(({ pointer, message }) => `${PLACE}${pointer}: ${message}`)
  }
}

function modelFaults({ on_escalate: escalate }: ChatUncertainty, { models }: AtHand): readonly string[] {
  if (escalate === undefined || models.includes(escalate.model)) return []
  return [`${PLACE}/on_escalate/model: no language model is called ${escalate.model}; there are: ${models.join(', ')}`]
}
