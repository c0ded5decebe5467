/** Whether a token and its alternatives can be of one distribution. */

/** Alternatives are probabilities of one distribution; rounding may lift their sum this far above 1. */
export const MASS_TOLERANCE = 1e-3
/** Half a unit in the last place of servers that print two decimals, and some rounding. */
const PRINTED = 0.01
/** Stands for bytes that are no text; different tokens may share it. */
const NO_TEXT = '\ufffd'

interface Listed {
  readonly text: string
  readonly logprob: number
}

/** What is wrong, for the caller: `title` says it at large, `message` of this very token. */
export interface Contradiction {
  readonly title: string
  readonly message: string
}

/** Probability that a list covers, in [0, 1] save for rounding. */
export const massOf = (alternatives: readonly Listed[]): number =>
  alternatives.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)

const close = (a: number, b: number): boolean => Math.abs(a - b) <= PRINTED

function excess(mass: number): Contradiction | null {
  if (mass <= 1 + MASS_TOLERANCE) return null
  return {
    title: 'Alternatives of one token have probabilities that exceed 1.',
    message: `the probabilities add up to ${mass.toFixed(4)}`
  }
}

const differing = (message: string): Contradiction => ({
  title: 'A token and its alternatives contradict each other.',
  message
})

/**
 * The alternatives are the most probable tokens of the distribution that the token came from: it is listed with its own
 * value, in this spelling or another, or it is less probable than all that are listed. Anything else was put together
 * from two sources. Null: nothing contradicts.
 *
 * @param logprob of the token; null: there is none to compare
 * @param alternatives best first
 */
export function contradiction(
  text: string,
  logprob: number | null,
  alternatives: readonly Listed[]
): Contradiction | null {
  const mass = massOf(alternatives)
  if (excess(mass) !== null) return excess(mass)
  if (logprob === null || alternatives.length === 0 || text.includes(NO_TEXT)) return null
  const listed = alternatives.filter((alternative) => alternative.text === text)
  const same = listed.length > 0 ? listed : alternatives
  if (same.some((alternative) => close(alternative.logprob, logprob))) return null
  if (listed.length > 0) {
    return differing(`lists the token with ${listed[0]!.logprob}, and the token has ${logprob}`)
  }
  const least = alternatives.at(-1)!.logprob
  if (logprob > least) return differing(`leaves out the token, which has ${logprob}, and goes down to ${least}`)
  return excess(mass + Math.exp(logprob))
}
