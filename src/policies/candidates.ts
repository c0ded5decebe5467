/** Scorers with options that a policy may rest on. */
import { QualmError } from '../errors.js'
import type { PolicyRequest } from '../schemas/policy.js'
import type { Options, Scorer } from '../scorer.js'
import { checkedOptions, findScorer } from './chosen-scorer.js'

export interface Candidate {
  readonly scorer: Scorer
  readonly options: Options
  /** True when the caller gave no options. */
  readonly defaultOptions: boolean
}

/** Each candidate is scored on the whole tuning split. */
const MOST_CANDIDATES = 32

const bad = (pointer: string, message: string) =>
  new QualmError('QUALM_ERR_VALIDATION', message, { errors: [{ pointer, message }] })

/** Every way to take one value from each list, the first values first. */
function combinations(
  lists: Readonly<Record<string, readonly unknown[]>>
): readonly Readonly<Record<string, unknown>>[] {
  return Object.entries(lists).reduce<readonly Record<string, unknown>[]>(
    (partial, [name, values]) => partial.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}]
  )
}

/** Products of lists grow fast: they are counted before they are made. */
const countOf = (lists: Readonly<Record<string, readonly unknown[]>>): number =>
  Object.values(lists).reduce((product, values) => product * values.length, 1)

function candidate(scorer: Scorer, given: Readonly<Record<string, unknown>> | undefined, place?: string): Candidate {
  return { scorer, options: checkedOptions(scorer, given, place), defaultOptions: given === undefined }
}

/** Raw values were made with options that nothing tells, and bare ones by one scorer. */
function checkRaw({ examples, tune }: PolicyRequest): void {
  const lists = [tune?.options ?? {}, ...Object.values(tune?.scorers ?? {})]
  const raw = examples.findIndex(({ request }) => request === undefined)
  if (raw < 0) return
  const at = `/examples/${raw}`
  if (lists.some((one) => Object.keys(one).length > 0)) throw bad(at, 'options can be tuned on a `request` only')
  if (examples[raw]!.scores === undefined) throw bad(at, 'tuning among scorers needs a `request`, or `scores` of each')
}

/**
 * What a request names: its scorer with its options, and with `tune` every combination of the listed values and every
 * further scorer with those of its own. Throws QUALM_ERR_UNKNOWN_SCORER, and QUALM_ERR_VALIDATION when there are too
 * many, or nothing to choose from.
 */
export function candidatesOf(request: PolicyRequest, scorers: ReadonlyMap<string, Scorer>): readonly Candidate[] {
  const { scorer: name, options, tune } = request
  const scorer = findScorer(scorers, name)
  if (tune === undefined) return [candidate(scorer, options)]
  checkRaw(request)
  const { options: lists = {}, scorers: others = {} } = tune
  const count = [lists, ...Object.values(others)].reduce((sum, one) => sum + countOf(one), 0)
  if (count < 2) throw bad('/tune', 'there is nothing to choose from: list values of options, or more scorers')
  if (count > MOST_CANDIDATES) throw bad('/tune', `${count} candidates are more than the ${MOST_CANDIDATES} allowed`)
  const named = Object.entries(others).map(([other, own]) => {
    const place = `/tune/scorers/${other}`
    return { scorer: findScorer(scorers, other, place), lists: own, base: {}, place }
  })
  const first = { scorer, lists, base: options ?? {}, place: '/tune/options' }
  return [first, ...named].flatMap(({ base, place, ...one }) =>
    combinations(one.lists).map((values) => candidate(one.scorer, orNone({ ...base, ...values }), place))
  )
}

function orNone(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  return Object.keys(given).length === 0 ? undefined : given
}
