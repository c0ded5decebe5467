/** The uncertainty of one answer: begun before the answer is asked for, told once it is there. */
import { QualmError } from '../errors.js'
import type { Basis, Decoding } from '../engine/engine.js'
import type { ChatRequest, ChatUncertainty } from '../schemas/chat.js'
import { LIMITS, type ScoreRequest } from '../schemas/score.js'
import type { ScoreResult } from '../schemas/score-result.js'
import type { Warning } from '../scorer.js'
import type { Begun, Scoring } from '../scoring/scoring.js'
import type { Assessed, ChatCall, ChatContext, HeardChoice } from './contract.js'
import { withOwnTokens } from './own-tokens.js'
import { chatBodyOf, choicesServe, scoreRequestOf, stopsOf } from './score-request.js'
import { suppliedFrom, type Supplied } from './supplied.js'
import { blameUpstream, NO_TEXT, uncertaintyOf } from './unscored.js'

/** What the log-probabilities of an answer are of, as far as is known. A temperature that nobody named is NaN. */
export type BasisOf = (decoding: Decoding) => Basis

export interface AssessmentOptions {
  readonly scoring: Scoring
  readonly body: ChatRequest
  readonly metadata?: ChatCall['metadata']
  readonly asked: ChatUncertainty
  /** Alias of the model that answers. */
  readonly model: string
  readonly basisOf: BasisOf
  readonly context: ChatContext
}

/** One answer's uncertainty on its way. */
export interface Assessment {
  /** Lets samples be drawn. To be called once the answer has been asked for, which goes first. */
  draw(): void
  /** Never rejects while somebody waits: an answer that cannot be scored is passed on and says so. */
  tell(choices: readonly HeardChoice[]): Promise<Assessed>
  /** Calls off what was begun. */
  abandon(): void
}

/** Validates what is asked and makes ready to draw samples. Throws what is wrong with the request. */
export async function beginAssessment(options: AssessmentOptions): Promise<Assessment> {
  const { body, metadata = {}, asked, model } = options
  const request = { ...scoreRequestOf(body, asked, model), metadata: { ...metadata } }
  const waits = choicesServe(body, asked)
  let draw: () => void = () => undefined
  const after = new Promise<void>((resolve) => {
    draw = resolve
  })
  const begun = await begin(options, waits ? { ...request, fill: 'never' } : request, after).catch(refused)
  return {
    draw,
    async tell(choices) {
      draw()
      try {
        return await assess(options, { request, begun, waits }, choices)
      } catch (error) {
        begun.abandon()
        options.context.signal.throwIfAborted()
        options.context.note(error)
        return failed(error, asked)
      }
    },
    abandon: () => {
      begun.abandon()
    }
  }
}

/** For an answer that nobody can score, which is passed on all the same. */
export function failedAssessment(error: unknown, asked: ChatUncertainty, context: ChatContext): Assessment {
  context.signal.throwIfAborted()
  context.note(error)
  const nothing = (): void => undefined
  return { draw: nothing, tell: async () => failed(error, asked), abandon: nothing }
}

function begin(
  { scoring, body, context }: AssessmentOptions,
  request: ScoreRequest,
  after?: Promise<void>
): Promise<Begun> {
  const order = after === undefined ? {} : { after }
  return scoring.begin(request, context, { chatBody: chatBodyOf(body), requireEvidence: false, ...order })
}

/** What is wrong with `uncertainty` stands there in the body, not at its top. */
function refused(error: unknown): never {
  if (!(error instanceof QualmError) || error.status >= 500) throw error
  const errors = error.errors.map(({ pointer, message }) => ({ pointer: `/uncertainty${pointer}`, message }))
  throw new QualmError(error.code, error.message, { errors, extra: error.extra, cause: error.cause })
}

interface Start {
  readonly request: ScoreRequest
  readonly begun: Begun
  /** Samples come with the answer, as its other choices. */
  readonly waits: boolean
}

async function assess(options: AssessmentOptions, start: Start, heard: readonly HeardChoice[]): Promise<Assessed> {
  const { begun, waits } = start
  const stop = stopsOf(options.body)
  const choices = heard.map((choice) => withOwnTokens(choice, stop))
  const first = choices.find(({ index }) => index === 0)
  const text = first?.text ?? null
  if (first === undefined || text === null) return told(await begun.blank(NO_TEXT))
  const decoding = decodingOf(options)
  const answer = suppliedFrom(first, text, decoding)
  const others = waits ? choices.filter((choice) => choice !== first) : []
  const samples = others.flatMap((one) => (one.text === null ? [] : suppliedFrom(one, one.text, decoding).output))
  const used = samples.length === 0 ? begun : await exchange(options, start, samples)
  const result = await used.finish(answer.output)
  const blamed = first.logprobs === null ? blameUpstream(result) : result
  return told(withWarnings(blamed, [...problemWith(answer), ...(waits ? tooFew(options, choices) : [])]))
}

/** Scoring begun anew with the samples that have come. */
async function exchange(
  options: AssessmentOptions,
  { request, begun }: Start,
  samples: readonly Supplied['output'][]
): Promise<Begun> {
  begun.abandon()
  return begin(options, { ...request, samples: samples.slice(0, LIMITS.samples) })
}

function decodingOf({ body, basisOf }: AssessmentOptions) {
  const numberIn = (name: string) => (typeof body[name] === 'number' ? body[name] : undefined)
  const temperature = numberIn('temperature')
  const topK = numberIn('top_k') ?? null
  const basis = basisOf({ temperature: temperature ?? NaN, topP: numberIn('top_p') ?? 1, topK })
  return temperature === undefined ? { basis } : { temperature, basis }
}

function problemWith({ problem }: Supplied): readonly Warning[] {
  if (problem === null) return []
  const message = `The log-probabilities of the upstream were left out. ${problem}`
  return [{ code: 'invalid_logprob', message }]
}

function tooFew({ body }: AssessmentOptions, { length }: readonly HeardChoice[]): readonly Warning[] {
  const asked = Number(body['n'])
  if (length >= asked) return []
  return [
    { code: 'fewer_samples', message: `The upstream gave ${length} of the ${asked} choices that serve as samples.` }
  ]
}

function withWarnings(result: ScoreResult, more: readonly Warning[]): ScoreResult {
  return more.length === 0 ? result : { ...result, warnings: [...result.warnings, ...more] }
}

const told = (result: ScoreResult): Assessed => ({ json: uncertaintyOf(result), result })

/** Scoring failed as a whole: no numbers, and with a policy somebody must look at the answer. */
function failed(error: unknown, { policy }: ChatUncertainty): Assessed {
  const known = error instanceof QualmError
  const code = known ? error.code : 'QUALM_ERR_INTERNAL'
  const message = known ? error.message : 'An unexpected fault; the log has it under this request id.'
  const decision = policy === undefined ? {} : { decision: { action: 'review', policy, score: null, reason: 'failed' } }
  return { json: { object: 'uncertainty.score', scores: {}, ...decision, error: { code, message } }, result: null }
}
