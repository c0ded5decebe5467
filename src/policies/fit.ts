/** How an objective turns labelled scores into a threshold; one file per objective in `objectives/`. */
import { QualmError } from '../errors.js'
import type { Labelled } from '../math/risk-control.js'

/** What an objective is asked for. `level` null: the caller gave none. */
export interface FitRequest {
  readonly examples: readonly Labelled[]
  readonly target: number
  readonly level: number | null
}

/** A threshold on the uncertainty and the promise that comes with it. */
export interface Fit {
  readonly threshold: number
  readonly method: string
  /** Confidence that the promise states; null when it holds on average. */
  readonly level: number | null
  /** Examples that the promise rests on. */
  readonly n: number
  readonly pValue: number | null
}

/** Throws QUALM_ERR_TOO_FEW_EXAMPLES or QUALM_ERR_NO_VALID_THRESHOLD when the target is out of reach. */
export type FitObjective = (request: FitRequest) => Fit

/** A grade of one half or more counts as right. */
export function isRight(example: Labelled): boolean {
  return example.loss <= 0.5
}

/** The error for too few examples. `kind` says of which: "examples" or "right examples". */
export function tooFew(kind: string, have: number, needed: number, target: number): QualmError {
  return new QualmError(
    'QUALM_ERR_TOO_FEW_EXAMPLES',
    `A target of ${target} needs at least ${needed} ${kind} with a score, and ${have} came. ` +
      'Add examples or relax the target.',
    { extra: { needed, have } }
  )
}

/** The error for a target that these examples do not attain; `smallest` is the nearest one that they do, or null. */
export function noValidThreshold(target: number, smallest: number | null): QualmError {
  const advice =
    smallest === null
      ? 'No target below 1 is attainable: the most certain answers are wrong too often.'
      : `The smallest attainable target is ${smallest}.`
  return new QualmError('QUALM_ERR_NO_VALID_THRESHOLD', `No threshold attains a target of ${target}. ${advice}`, {
    extra: { target, smallest_attainable_target: smallest }
  })
}
