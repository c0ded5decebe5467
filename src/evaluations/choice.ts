/** Which scorers an evaluation runs, with which options: checked before any example is scored. */
import { QualmError } from '../errors.js'
import { suggestion } from '../nearest.js'
import type { EvaluationRequest } from '../schemas/evaluation.js'
import { resolveOptions } from '../scorer-registry.js'
import type { Options, Scorer } from '../scorer.js'
import { DEFAULT_PRESET, PRESETS, type PresetName } from '../scoring/presets.js'

/** Scorers with their options, and what every request is given to that end. */
export interface Choice {
  readonly scorers: readonly Scorer[]
  /** Per scorer, defaults filled in. */
  readonly options: Readonly<Record<string, Options>>
  /** Fields that replace those of every request. */
  readonly fields: { readonly scorers: readonly string[] } | { readonly preset: PresetName }
  /** Options as given, for the requests. */
  readonly given: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** For requests that name no model. */
  readonly model: string | null
}

function unknownScorer(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_UNKNOWN_SCORER', message, { errors: [{ pointer, message }] })
}

function find(scorers: ReadonlyMap<string, Scorer>, name: string, pointer: string): Scorer {
  const scorer = scorers.get(name)
  if (scorer === undefined) throw unknownScorer(pointer, `unknown scorer "${name}"${suggestion(name, scorers.keys())}`)
  if (!scorer.needs.some((kind) => kind === 'conformal')) return scorer
  throw unknownScorer(pointer, `"${name}" needs a policy, which an evaluation does not have: name another scorer`)
}

function optionsOf(scorer: Scorer, given: unknown): Options {
  const { options, errors } = resolveOptions(scorer, given)
  if (errors === null) return options
  const code = errors.some(({ unknown }) => unknown) ? 'QUALM_ERR_UNKNOWN_SCORER' : 'QUALM_ERR_VALIDATION'
  const fields = errors.map(({ pointer, message }) => ({ pointer: `/options/${scorer.name}${pointer}`, message }))
  throw new QualmError(code, fields[0]!.message, { errors: fields })
}

/** Throws QUALM_ERR_VALIDATION or QUALM_ERR_UNKNOWN_SCORER with the place. */
export function chooseScorers(
  request: Pick<EvaluationRequest, 'scorers' | 'preset' | 'options' | 'model'>,
  known: ReadonlyMap<string, Scorer>
): Choice {
  if (request.scorers !== undefined && request.preset !== undefined) {
    const message = 'name either `scorers` or `preset`'
    throw new QualmError('QUALM_ERR_VALIDATION', message, { errors: [{ pointer: '/preset', message }] })
  }
  const preset = request.preset ?? DEFAULT_PRESET
  const names = request.scorers ?? PRESETS[preset].scorers
  const scorers = names.map((name, i) => find(known, name, request.scorers === undefined ? '/preset' : `/scorers/${i}`))
  const given = request.options ?? {}
  for (const name of Object.keys(given)) find(known, name, `/options/${name}`)
  return {
    scorers,
    options: Object.fromEntries(scorers.map((scorer) => [scorer.name, optionsOf(scorer, given[scorer.name])])),
    fields: request.scorers === undefined ? { preset } : { scorers: names },
    given,
    model: request.model ?? null
  }
}
