/** LiteLLM's generic guardrail on top of scoring: each text of an answer is scored, and a policy says what becomes of it. */
import { QualmError } from '../errors.js'
import type { GuardrailAnswer, GuardrailParameters, GuardrailRequest } from '../schemas/litellm.js'
import type { ScoreRequest } from '../schemas/score.js'
import type { ScoreContext, Scoring } from '../scoring/scoring.js'
import { conversationOf } from './litellm-messages.js'

/** What the policy does with an answer, mildest first. */
const ACTIONS = ['accept', 'review', 'escalate', 'abstain'] as const
type Action = (typeof ACTIONS)[number]

/** The answer to LiteLLM, and the gravest action among the texts; null when no policy decided. */
export interface Verdict {
  readonly answer: GuardrailAnswer
  readonly action: Action | null
}

export interface Guardrail {
  /** Checks every text. Throws a `QualmError` as scoring does, save for missing evidence, which is a review. */
  check(request: GuardrailRequest, context: ScoreContext): Promise<Verdict>
}

/** What becomes of one text; `reason` says why the policy could not decide. */
interface Judgement {
  readonly action: Action | null
  readonly policy: string | null
  readonly reason: string | null
}

const PASS: Verdict = { answer: { action: 'NONE' }, action: null }
const NO_EVIDENCE: ReadonlySet<string> = new Set(['QUALM_ERR_NO_EVIDENCE', 'QUALM_ERR_PROMPT_TOO_LONG'])
const MOST_ID_CHARS = 512

/** The ids that a score keeps; one that is too long for metadata is left out. */
function metadataOf(request: GuardrailRequest): Record<string, string> {
  const ids = { litellm_call_id: request.litellm_call_id, litellm_trace_id: request.litellm_trace_id }
  const kept = Object.entries(ids).filter(([, id]) => typeof id === 'string' && id.length <= MOST_ID_CHARS)
  return Object.fromEntries(kept) as Record<string, string>
}

/** The score request of every text without its answer. The conversation of LiteLLM counts unless a prompt is given. */
function scoreRequestOf(request: GuardrailRequest, given: GuardrailParameters): Omit<ScoreRequest, 'answer'> {
  const parameters: GuardrailParameters = { ...given }
  delete parameters.strict
  delete parameters.review_note
  const messages = given.prompt === undefined ? conversationOf(request) : null
  return { fill: 'never', ...parameters, ...(messages === null ? {} : { messages }), metadata: metadataOf(request) }
}

const gravest = (judgements: readonly Judgement[]): Action | null =>
  ACTIONS.findLast((action) => judgements.some((one) => one.action === action)) ?? null

/** Why the answer is blocked, or null when it passes. */
function blockedReason(judgements: readonly Judgement[], strict: boolean): string | null {
  const refused = judgements.find(({ action }) => action === 'abstain')
  if (refused !== undefined) return `The policy ${refused.policy} abstains from this answer.`
  const open = strict ? judgements.find(({ reason }) => reason !== null) : undefined
  return open === undefined ? null : `The answer could not be judged: ${open.reason}.`
}

function answerOf(texts: readonly string[], judgements: readonly Judgement[], given: GuardrailParameters) {
  const { strict = false, review_note: note = '' } = given
  const blocked = blockedReason(judgements, strict)
  if (blocked !== null) return { action: 'BLOCKED', blocked_reason: blocked } as const
  const isOpen = ({ action, reason }: Judgement) => action === 'review' || action === 'escalate' || reason !== null
  if (note === '' || !judgements.some(isOpen)) return { action: 'NONE' } as const
  const noted = texts.map((text, i) => (isOpen(judgements[i]!) ? `${text}\n\n${note}` : text))
  return { action: 'GUARDRAIL_INTERVENED', texts: noted } as const
}

/** Builds the guardrail. Texts of requests pass, and without policy and scorers nothing is scored. */
export function createGuardrail(scoring: Pick<Scoring, 'score'>): Guardrail {
  const judge = async (request: ScoreRequest, context: ScoreContext): Promise<Judgement> => {
    try {
      const { decision } = await scoring.score(request, context)
      if (decision === undefined) return { action: null, policy: null, reason: null }
      return { action: decision.action, policy: decision.policy, reason: decision.reason ?? null }
    } catch (error) {
      if (!(error instanceof QualmError && NO_EVIDENCE.has(error.code))) throw error
      const action = request.policy === undefined ? null : 'review'
      return { action, policy: request.policy ?? null, reason: error.code.replace('QUALM_ERR_', '').toLowerCase() }
    }
  }
  return {
    async check(request, context) {
      const given = request.additional_provider_specific_params ?? {}
      const texts = request.texts ?? []
      const isIdle = given.policy === undefined && given.scorers === undefined
      if (request.input_type === 'request' || isIdle || texts.length === 0) return PASS
      const base = scoreRequestOf(request, given)
      const judgements = await Promise.all(texts.map((answer) => judge({ ...base, answer }, context)))
      return { answer: answerOf(texts, judgements, given), action: gravest(judgements) }
    }
  }
}
