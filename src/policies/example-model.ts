import { QualmError } from '../errors.js'
import type { PolicyExample } from '../schemas/policy.js'

/** The model that the request of an example names; scoring refuses a name that is no text. */
function namedBy({ request }: PolicyExample): string | null {
  return typeof request?.['model'] === 'string' ? request['model'] : null
}

/**
 * The language model that all requests among the examples mean: their own, else `named`, else `standard`. `named` when
 * all examples are raw scores. Throws QUALM_ERR_INVALID_EVIDENCE when they mean different ones: scores of two models
 * do not share a threshold, and the policy could be bound to neither.
 */
export function exampleModel(
  examples: readonly PolicyExample[],
  named: string | null,
  standard: string | null
): string | null {
  let model: string | null | undefined
  for (const [index, example] of examples.entries()) {
    if (example.request === undefined) continue
    const meant = namedBy(example) ?? named ?? standard
    if (model !== undefined && meant !== model) {
      const message = `the examples use different models, ${model} and ${meant}: make a policy for each`
      throw new QualmError('QUALM_ERR_INVALID_EVIDENCE', message, {
        errors: [{ pointer: `/examples/${index}/request/model`, message }]
      })
    }
    model = meant
  }
  return model === undefined ? named : model
}
