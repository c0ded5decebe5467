import type { Engine, ModelInfo } from '../engine/engine.js'
import { QualmError } from '../errors.js'
import { suggestion } from '../nearest.js'

/** Models load in seconds; a caller may try again soon. */
const RETRY_SECONDS = 5
/** Aliases that an error lists. */
const LISTED = 10

type Models = Pick<Engine, 'models'>

const languageModels = (engine: Models): readonly ModelInfo[] =>
  engine.models().filter(({ role }) => role === 'language')

function unknownModel(models: readonly ModelInfo[], what: string, fault: string): QualmError {
  const aliases = models.slice(0, LISTED).map(({ id }) => id)
  const there = aliases.length === 0 ? 'there is none' : `there are: ${aliases.join(', ')}`
  return new QualmError('QUALM_ERR_UNKNOWN_MODEL', `${what}; ${there}. See GET /v1/models.`, {
    errors: [{ pointer: '/model', message: fault }]
  })
}

/**
 * The language model that a request means: by alias, else the default one. Null when none was named and there is no
 * default. Throws QUALM_ERR_UNKNOWN_MODEL.
 */
export function chooseModel(alias: string | undefined, engine: Models): ModelInfo | null {
  const models = languageModels(engine)
  if (alias === undefined) return models.find(({ byNameOnly }) => byNameOnly !== true) ?? null
  const found = models.find(({ id }) => id === alias)
  if (found !== undefined) return found
  const hint = suggestion(
    alias,
    models.map(({ id }) => id)
  )
  throw unknownModel(models, 'There is no language model of that name', `not a language model${hint}`)
}

/** The error of a request that needs a language model, names none, and meets no default. */
export const nobodyMeant = (engine: Models): QualmError =>
  unknownModel(
    languageModels(engine),
    'No language model is loaded here, and QUALM_DEFAULT_MODEL names none: name one, or supply the evidence',
    'names no language model'
  )

/** Throws QUALM_ERR_NOT_READY or QUALM_ERR_MODEL_UNAVAILABLE unless the model can be asked now. */
export function requireReady(model: ModelInfo): void {
  if (model.state === 'ready') return
  if (model.state === 'loading') {
    throw new QualmError('QUALM_ERR_NOT_READY', `The model ${model.id} is still loading.`, {
      retryAfterSeconds: RETRY_SECONDS
    })
  }
  throw new QualmError(
    'QUALM_ERR_MODEL_UNAVAILABLE',
    'No language model serves; supply the evidence and set `fill` to "never".'
  )
}
