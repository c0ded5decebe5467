/** Names of scorers and their options, as a request gives them, turned into runs. */
import { canonicalJson } from '../canonical-json.js'
import { QualmError, type ErrorCode, type FieldError } from '../errors.js'
import { sentence, suggestion } from '../nearest.js'
import type { StoredPolicy } from '../policies/policy.js'
import type { ScoreRequest } from '../schemas/score.js'
import { resolveOptions } from '../scorer-registry.js'
import type { EvidenceParameters, Options, Scorer } from '../scorer.js'
import { DEFAULT_PRESET, PRESETS } from './presets.js'

export type Scorers = ReadonlyMap<string, Scorer>

/** One scorer with the options that it runs with. */
export interface Run {
  readonly scorer: Scorer
  readonly options: Options
  readonly parameters: EvidenceParameters
  /** Where the request asked for it. */
  readonly pointer: string
}

/**
 * The runs that a request asks for, each scorer once. Throws QUALM_ERR_UNKNOWN_SCORER with the place and the nearest
 * name, QUALM_ERR_VALIDATION for options that do not fit or have no scorer to go to.
 */
export function selectRuns(request: ScoreRequest, scorers: Scorers, policy: StoredPolicy | null): readonly Run[] {
  const places = namesOf(request)
  checkNames(places, scorers)
  const runs = [...places].map(([name, pointer]) => {
    const scorer = scorers.get(name)
    if (scorer === undefined) throw new Error(`the preset names the scorer ${name}, which does not exist`)
    return makeRun(scorer, checkedOptions(scorer, request), pointer)
  })
  const owned = runs.flatMap((run) => run.scorer.members?.(run.options) ?? [])
  checkOptionNames(request, new Set([...places.keys(), ...owned]), scorers)
  if (policy === null || places.has(policy.scorer)) return runs
  return [...runs, policyRun(policy, scorers, runs)]
}

/**
 * The run whose value a policy judges: with the policy's options, whatever the request gave. Shared with `runs` where
 * one is the same. Throws QUALM_ERR_BINDING when the scorer is gone.
 */
export function policyRun(policy: StoredPolicy, scorers: Scorers, runs: readonly Run[]): Run {
  const scorer = scorers.get(policy.scorer)
  if (scorer === undefined) {
    const message = `it rests on the scorer ${policy.scorer}, which is not installed`
    throw new QualmError('QUALM_ERR_BINDING', `The policy cannot be applied: ${message}.`, {
      errors: [{ pointer: '/policy', message }]
    })
  }
  const same = runs.find((run) => run.scorer === scorer && canonicalJson(run.options) === canonicalJson(policy.options))
  return same ?? makeRun(scorer, policy.options, '/policy')
}

/**
 * The runs that `runs` read as members, beside those among `runs` themselves. Throws QUALM_ERR_UNKNOWN_SCORER for a
 * member that does not exist, QUALM_ERR_VALIDATION for one that itself needs members or a policy.
 */
export function memberRuns(runs: readonly Run[], request: ScoreRequest, scorers: Scorers): readonly Run[] {
  const found = new Map(runs.map((run) => [run.scorer.name, run]))
  for (const owner of runs) {
    for (const name of owner.scorer.members?.(owner.options) ?? []) {
      const scorer = memberOf(owner, name, scorers)
      if (!found.has(name)) found.set(name, makeRun(scorer, checkedOptions(scorer, request), owner.pointer))
    }
  }
  return [...found.values()].filter((run) => !runs.includes(run))
}

function memberOf(owner: Run, name: string, scorers: Scorers): Scorer {
  const pointer = `/options/${owner.scorer.name}/members`
  const scorer = scorers.get(name)
  if (scorer === undefined) {
    const message = `there is no scorer ${JSON.stringify(name)}${suggestion(name, scorers.keys())}`
    throw refusal('QUALM_ERR_UNKNOWN_SCORER', [{ pointer, message }])
  }
  if (scorer.members !== undefined || scorer.needs.includes('conformal')) {
    throw refusal('QUALM_ERR_VALIDATION', [{ pointer, message: `${name} rests on other scores and cannot be one` }])
  }
  return scorer
}

/** A run of a scorer with options that were checked. */
export function makeRun(scorer: Scorer, options: Options, pointer: string): Run {
  return { scorer, options, parameters: scorer.parameters?.(options) ?? {}, pointer }
}

/** Names in order, with where each stands in the body. */
function namesOf({ scorers, preset }: ScoreRequest): ReadonlyMap<string, string> {
  if (scorers !== undefined && preset !== undefined) {
    throw refusal('QUALM_ERR_VALIDATION', [{ pointer: '/preset', message: 'give `scorers` or `preset`, not both' }])
  }
  if (scorers === undefined) return new Map(PRESETS[preset ?? DEFAULT_PRESET].scorers.map((name) => [name, '/preset']))
  const places = new Map<string, string>()
  scorers.forEach((name, i) => {
    if (!places.has(name)) places.set(name, `/scorers/${i}`)
  })
  return places
}

function checkNames(places: ReadonlyMap<string, string>, scorers: Scorers): void {
  const unknown = [...places].filter(([name, pointer]) => pointer.startsWith('/scorers/') && !scorers.has(name))
  if (unknown.length === 0) return
  throw refusal(
    'QUALM_ERR_UNKNOWN_SCORER',
    unknown.map(([name, pointer]) => ({
      pointer,
      message: `there is no scorer ${JSON.stringify(name)}${suggestion(name, scorers.keys())}`
    }))
  )
}

function checkOptionNames({ options = {} }: ScoreRequest, chosen: ReadonlySet<string>, scorers: Scorers): void {
  for (const name of Object.keys(options)) {
    const pointer = `/options/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!scorers.has(name)) {
      const message = `there is no scorer ${JSON.stringify(name)}${suggestion(name, scorers.keys())}`
      throw refusal('QUALM_ERR_UNKNOWN_SCORER', [{ pointer, message }])
    }
    if (!chosen.has(name)) {
      throw refusal('QUALM_ERR_VALIDATION', [{ pointer, message: `${name} is not among the scorers of this request` }])
    }
  }
}

function checkedOptions(scorer: Scorer, request: ScoreRequest): Options {
  const { options, errors } = resolveOptions(scorer, request.options?.[scorer.name])
  if (errors === null) return options
  const code = errors.some(({ unknown }) => unknown) ? 'QUALM_ERR_UNKNOWN_SCORER' : 'QUALM_ERR_VALIDATION'
  throw refusal(
    code,
    errors.map(({ pointer, message }) => ({ pointer: `/options/${scorer.name}${pointer}`, message }))
  )
}

function refusal(code: ErrorCode, errors: readonly FieldError[]): QualmError {
  return new QualmError(code, sentence(`${errors[0]!.pointer}: ${errors[0]!.message}`), { errors })
}
