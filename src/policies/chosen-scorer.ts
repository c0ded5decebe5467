/** The scorer that a policy or a calibration is made of, as its request names it. */
import { QualmError } from '../errors.js'
import { suggestion } from '../nearest.js'
import { resolveOptions } from '../scorer-registry.js'
import type { Options, Scorer } from '../scorer.js'

function unknownScorer(message: string, pointer: string): QualmError {
  return new QualmError('QUALM_ERR_UNKNOWN_SCORER', message, { errors: [{ pointer, message }] })
}

/** A scorer that itself needs a policy cannot be what one is made of. Throws QUALM_ERR_UNKNOWN_SCORER at `pointer`. */
export function findScorer(scorers: ReadonlyMap<string, Scorer>, name: string, pointer = '/scorer'): Scorer {
  const scorer = scorers.get(name)
  if (scorer === undefined) throw unknownScorer(`unknown scorer "${name}"${suggestion(name, scorers.keys())}`, pointer)
  if (!scorer.needs.includes('conformal')) return scorer
  throw unknownScorer(`"${name}" needs a policy itself: name another scorer`, pointer)
}

/** Options with defaults filled in. Throws QUALM_ERR_UNKNOWN_SCORER or QUALM_ERR_VALIDATION below `place`. */
export function checkedOptions(scorer: Scorer, given: unknown, place = '/options'): Options {
  const { options, errors } = resolveOptions(scorer, given)
  if (errors === null) return options
  const code = errors.some(({ unknown }) => unknown) ? 'QUALM_ERR_UNKNOWN_SCORER' : 'QUALM_ERR_VALIDATION'
  const fields = errors.map(({ pointer, message }) => ({ pointer: `${place}${pointer}`, message }))
  throw new QualmError(code, fields[0]!.message, { errors: fields })
}
