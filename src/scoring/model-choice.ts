import type { Engine, ModelInfo } from '../engine/engine.js'
import { QualmError } from '../errors.js'
import { suggestion } from '../nearest.js'

/** Models load in seconds; a caller may try again soon. */
const RETRY_SECONDS = 5

/** The language model that a request means: by alias, else the first. Null when none was named and none exists. */
export function chooseModel(alias: string | undefined, engine: Engine): ModelInfo | null {
  const models = engine.models().filter((model) => model.role === 'language')
  if (alias === undefined) return models[0] ?? null
  const found = models.find((model) => model.id === alias)
  if (found !== undefined) return found
  const hint = suggestion(
    alias,
    models.map((model) => model.id)
  )
  throw new QualmError('QUALM_ERR_UNKNOWN_MODEL', 'There is no language model of that name; see GET /v1/models.', {
    errors: [{ pointer: '/model', message: `not a language model${hint}` }]
  })
}

/** Throws QUALM_ERR_NOT_READY or QUALM_ERR_MODEL_UNAVAILABLE unless the model can be asked now. */
export function requireReady(model: ModelInfo | null): void {
  if (model?.state === 'ready') return
  if (model?.state === 'loading') {
    throw new QualmError('QUALM_ERR_NOT_READY', `The model ${model.id} is still loading.`, {
      retryAfterSeconds: RETRY_SECONDS
    })
  }
  throw new QualmError(
    'QUALM_ERR_MODEL_UNAVAILABLE',
    'No language model serves; supply the evidence and set `fill` to "never".'
  )
}
