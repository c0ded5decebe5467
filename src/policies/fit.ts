/** How an objective turns labelled scores into a threshold; one file per objective in `objectives/`. */
import { QualmError } from '../errors.js'
import type { Labelled } from '../math/risk-control.js'
import type { PolicyRequest } from '../schemas/policy.js'
import type { PolicyActions } from './policy.js'

/** The options of a question among the examples, and which of them is right. */
export interface OptionsExample {
  /** π over the options, in request order. */
  readonly probabilities: readonly number[]
  /** Place of the right option. */
  readonly right: number
  /** Uniform in [0, 1), one per question: what randomised sets draw. */
  readonly u: number
}

/** A scored and labelled example. */
export interface FitExample extends Labelled {
  readonly group?: string
  /** Loss of the answer of the model to which answers are escalated. */
  readonly escalated?: number
  /** For the objective `sets`. */
  readonly options?: OptionsExample
}

/** What some objectives take beside kind, target and level; each names its own in `ObjectiveEntry.takes`. */
export type ObjectiveSettings = Readonly<Omit<PolicyRequest['objective'], 'kind' | 'target' | 'level'>>

/** What an objective is asked for. `target` Infinity: none was given. `level` null: the caller gave none. */
export interface FitRequest {
  readonly examples: readonly FitExample[]
  readonly target: number
  readonly level: number | null
  readonly settings?: ObjectiveSettings
  /** What happens to answers above the threshold. */
  readonly above?: PolicyActions['above']
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
  /** What the promise names beside its method: the procedure, the p-value, the score of options. */
  readonly terms?: Readonly<Record<string, string>>
  /** What is promised, where it is not the target. */
  readonly bound?: number
  /** False when the threshold only did best on these very examples. Default: true. */
  readonly promised?: boolean
  /** Which examples are accepted, where it is not those at or below the threshold. */
  readonly accepts?: (example: FitExample) => boolean
  /** What conformal p-values compare with, ascending, where it is not the uncertainties of right answers. */
  readonly calibration?: readonly number[]
}

/** Throws QUALM_ERR_TOO_FEW_EXAMPLES or QUALM_ERR_NO_VALID_THRESHOLD when the target is out of reach. */
export type FitObjective = (request: FitRequest) => Fit

/** An objective as the table holds it. */
export interface ObjectiveEntry {
  readonly fit: FitObjective
  readonly takes: readonly (keyof ObjectiveSettings)[]
  /** Whether a request may leave the target out. */
  readonly targetOptional?: boolean
  /** Where the target may lie: a share strictly between 0 and 1, or any amount above 0. Default: share. */
  readonly targetIs?: 'share' | 'amount'
  /** Whether a second threshold may stand above the first. */
  readonly bands?: boolean
}

/** A grade of one half or more counts as right. */
export function isRight(example: Labelled): boolean {
  return example.loss <= 0.5
}

/** The error for too few examples. `kind` says of which: "examples" or "right examples". */
export function tooFew(kind: string, have: number, needed: number, target: number): QualmError {
  return new QualmError(
    'QUALM_ERR_TOO_FEW_EXAMPLES',
    `${Number.isFinite(target) ? `A target of ${target}` : 'The objective'} needs at least ${needed} ${kind} with a score, and ${have} came. ` +
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

/** The error for a setting that does not fit. `name` is a field of `objective`. */
export function badSetting(name: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', `\`objective.${name}\`: ${message}.`, {
    errors: [{ pointer: `/objective/${name}`, message }]
  })
}

/** The one of `allowed` that a setting names, else the first. Throws QUALM_ERR_VALIDATION for another. */
export function oneOf<const Name extends string>(
  name: string,
  given: string | undefined,
  allowed: readonly Name[]
): Name {
  const found = given === undefined ? allowed[0] : allowed.find((entry) => entry === given)
  if (found === undefined) throw badSetting(name, `is one of ${allowed.join(', ')} here`)
  return found
}
