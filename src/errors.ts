/**
 * Every failure Qualm reports, in one table: code → HTTP status, title. The engine, the use case and the routes throw
 * `QualmError`; the edge turns it into problem+json (RFC 9457).
 */
export const ERRORS = {
  QUALM_ERR_VALIDATION: [400, 'The request does not fit the schema'],
  QUALM_ERR_BAD_JSON: [400, 'The body is not valid JSON'],
  QUALM_ERR_BAD_REQUEST: [400, 'The request is malformed'],
  QUALM_ERR_UNKNOWN_SCORER: [400, 'No such scorer or option'],
  QUALM_ERR_NOT_FOUND: [404, 'Nothing is here'],
  QUALM_ERR_UNKNOWN_MODEL: [404, 'No such model'],
  QUALM_ERR_UNKNOWN_CALIBRATION: [404, 'No such calibration'],
  QUALM_ERR_UNKNOWN_POLICY: [404, 'No such policy'],
  QUALM_ERR_UNKNOWN_SCORE: [404, 'No such score'],
  QUALM_ERR_UNKNOWN_EVALUATION: [404, 'No such evaluation'],
  QUALM_ERR_METHOD_NOT_ALLOWED: [405, 'The path exists, but not with this method'],
  QUALM_ERR_REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
  QUALM_ERR_LABEL_CONFLICT: [409, 'The score has another label'],
  QUALM_ERR_IMPORT_CONFLICT: [409, 'A version here stands for something else'],
  QUALM_ERR_BODY_TOO_LARGE: [413, 'The body is larger than the limit'],
  QUALM_ERR_URI_TOO_LONG: [414, 'A path segment is too long'],
  QUALM_ERR_MEDIA_TYPE: [415, 'The media type is not supported'],
  QUALM_ERR_NO_EVIDENCE: [422, 'No requested scorer could be computed'],
  QUALM_ERR_INVALID_LOGPROB: [422, 'A log-probability is above zero'],
  QUALM_ERR_INVALID_EVIDENCE: [422, 'The supplied evidence is inconsistent'],
  QUALM_ERR_PROMPT_TOO_LONG: [422, 'The prompt does not fit the context window'],
  QUALM_ERR_BUDGET_EXCEEDED: [422, 'The request costs more than allowed'],
  QUALM_ERR_TOO_FEW_EXAMPLES: [422, 'Too few examples for the guarantee'],
  QUALM_ERR_NO_VALID_THRESHOLD: [422, 'No threshold attains the target'],
  QUALM_ERR_BINDING: [422, 'The policy was made with another model or scorer version'],
  QUALM_ERR_DIGEST: [422, 'The content does not have its digest'],
  QUALM_ERR_HEADERS_TOO_LARGE: [431, 'The headers are larger than the limit'],
  QUALM_ERR_UPSTREAM_LIMIT: [429, 'The upstream asks for fewer requests'],
  QUALM_ERR_INTERNAL: [500, 'Something went wrong inside Qualm'],
  QUALM_ERR_UPSTREAM: [502, 'The upstream failed, or its answer makes no sense'],
  QUALM_ERR_UPSTREAM_REFUSED: [502, 'The upstream refused the request'],
  QUALM_ERR_QUEUE_FULL: [503, 'The queue is full'],
  QUALM_ERR_QUEUE_TIMEOUT: [503, 'The deadline passed while waiting'],
  QUALM_ERR_OVERLOADED: [503, 'The event loop lags'],
  QUALM_ERR_NOT_READY: [503, 'Qualm is not ready'],
  QUALM_ERR_MODEL_FAILED: [503, 'A model worker failed'],
  QUALM_ERR_MODEL_UNAVAILABLE: [503, 'The model does not serve'],
  QUALM_ERR_STORE: [503, 'The store did not answer'],
  QUALM_ERR_DRAINING: [503, 'The service is shutting down'],
  QUALM_ERR_UPSTREAM_DOWN: [503, 'The upstream failed too often of late'],
  QUALM_ERR_UPSTREAM_TIMEOUT: [504, 'The upstream did not answer in time'],
  QUALM_ERR_CLIENT_GONE: [499, 'The client closed the connection']
} as const satisfies Record<string, readonly [number, string]>

export type ErrorCode = keyof typeof ERRORS

/** A fault at one place of the request body. `pointer` is an RFC 6901 JSON pointer. */
export interface FieldError {
  readonly pointer: string
  readonly message: string
}

export interface QualmErrorOptions {
  readonly errors?: readonly FieldError[]
  /** Whole seconds for the Retry-After header. */
  readonly retryAfterSeconds?: number
  /** Extra members of the problem document, e.g. the smallest attainable target. */
  readonly extra?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** A failure with a documented code. `message` is shown to the caller: it says what failed and what to do. */
export class QualmError extends Error {
  override readonly name = 'QualmError'
  readonly code: ErrorCode
  readonly status: number
  readonly title: string
  readonly errors: readonly FieldError[]
  readonly retryAfterSeconds: number | undefined
  readonly extra: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: QualmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    const [status, title] = ERRORS[code]
    this.code = code
    this.status = status
    this.title = title
    this.errors = options.errors ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
    this.extra = options.extra ?? {}
  }
}

/** A model does not offer what is asked of it: evidence that needs it is skipped, nothing has failed. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported'
  /** In snake_case: upstream_no_logprobs, upstream_no_forcing, … */
  readonly reason: string
  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}
