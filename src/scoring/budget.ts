/** Caps that are checked by arithmetic before any model runs, and the time that the models are likely to take. */
import { QualmError } from '../errors.js'
import type { EvidenceInput } from '../evidence/input.js'
import type { ScoreRequest } from '../schemas/score.js'
import { asksLanguage, mostCompletionTokens, type Demand } from './demand.js'

/** The service's own caps; the settings of the same names. */
export interface ScoringLimits {
  /** Time for a request whose body names no deadline. */
  readonly deadlineMs: number
  readonly maxSamples: number
  /** Entailment comparisons at worst. */
  readonly maxPairs: number
}

/** Throws QUALM_ERR_BUDGET_EXCEEDED when the request could cost more than its budget or the service allows. */
export function checkBudget(request: ScoreRequest, demand: Demand, maxTokens: number, limits: ScoringLimits): void {
  const tokens = mostCompletionTokens(demand, maxTokens)
  const allowed = request.budget?.completion_tokens ?? Infinity
  if (tokens > allowed) {
    throw exceeded('/budget/completion_tokens', `up to ${tokens} tokens would be generated, ${allowed} are allowed`)
  }
  if (demand.rows.samples > limits.maxSamples) {
    throw exceeded('/sampling/n', `${demand.rows.samples} samples are asked for, ${limits.maxSamples} are allowed`)
  }
  if (demand.pairs > limits.maxPairs) {
    throw exceeded(
      request.samples === undefined ? '/sampling/n' : '/samples',
      `up to ${demand.pairs} comparisons would be needed, ${limits.maxPairs} are allowed (QUALM_MAX_PAIRS): ` +
        'ask for fewer samples, shorter texts, or fewer scorers that compare'
    )
  }
}

function exceeded(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_BUDGET_EXCEEDED', `Refused before any compute: ${message}.`, {
    errors: [{ pointer, message }]
  })
}

// First guesses for two cores and the embedded models; the gate corrects them by what it sees.
const CHARS_PER_TOKEN = 4
const PREFILL_MS_PER_TOKEN = 1
const STEP_MS = 7
const STEP_MS_PER_ROW = 2
const PAIR_MS = 5
const EMBEDDING_MS = 3
/** Few samples open a new meaning, so that far fewer comparisons are made than at worst. */
const SHARE_OF_PAIRS = 0.2

/** Predicted running time in ms, for the order of requests and the wait that is told to callers. */
export function predictedMs(demand: Demand, input: Pick<EvidenceInput, 'messages' | 'maxTokens'>): number {
  const encoderMs = demand.pairs * SHARE_OF_PAIRS * PAIR_MS + demand.embeddings * EMBEDDING_MS
  if (!asksLanguage(demand)) return encoderMs
  const promptChars = (input.messages ?? []).reduce((sum, message) => sum + message.content.length, 0)
  const forcedChars = demand.forcedTexts.reduce((sum, text) => sum + text.length, 0)
  const rows = demand.rows.samples + (demand.rows.greedy ? 1 : 0)
  const decodeMs = rows === 0 ? 0 : input.maxTokens * (STEP_MS + STEP_MS_PER_ROW * rows)
  const ownMs = demand.completionTokens * STEP_MS
  const readChars = promptChars + forcedChars + demand.promptChars
  return encoderMs + decodeMs + ownMs + (readChars / CHARS_PER_TOKEN) * PREFILL_MS_PER_TOKEN
}
