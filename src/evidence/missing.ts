/**
 * Evidence that cannot be had. `skipped`: the caller may supply it or switch it on; `failed`: it was given or gathered,
 * but it is unusable. It ends the scorers that need it, never the request. `cause` is the failure of a model behind it.
 */
export class Missing extends Error {
  override readonly name = 'Missing'
  readonly status: 'skipped' | 'failed'
  /** Why, in snake_case: needs_samples, alignment_failed, … */
  readonly reason: string

  constructor(status: 'skipped' | 'failed', reason: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.reason = reason
  }
}
