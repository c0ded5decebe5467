/** A log-probability as a server told it, taken for what it is worth (product conventions, rules 1 and 2). */

/** Rounding of a server's log-softmax may lift a value this far above zero. */
const ROUNDING = 1e-4
/** From here down a value says "not among the top": it is only a bound. */
const CENSORED_FROM = -1000

/** The value in nats, rounding above zero taken away; null: there is none that can be used as it stands. */
export function toldLogprob(logprob: unknown): number | null {
  if (typeof logprob !== 'number' || !Number.isFinite(logprob) || logprob <= CENSORED_FROM) return null
  return logprob > 0 && logprob <= ROUNDING ? 0 : logprob
}
