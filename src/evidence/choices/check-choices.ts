/** Options of a request that a model could not tell apart. */
import { QualmError } from '../../errors.js'

/** Throws QUALM_ERR_VALIDATION with the place of the first option that is blank, or equal to an earlier one. */
export function checkChoices(choices: readonly string[]): void {
  const firstPlaces = new Map<string, number>()
  choices.forEach((choice, i) => {
    const shown = choice.normalize('NFC').trim().replaceAll(/\s+/gu, ' ')
    if (shown === '') throw refused(i, 'the option is blank')
    const first = firstPlaces.get(shown)
    if (first !== undefined) throw refused(i, `the option is the same as /choices/${first}`)
    firstPlaces.set(shown, i)
  })
}

function refused(i: number, message: string): QualmError {
  const pointer = `/choices/${i}`
  return new QualmError('QUALM_ERR_VALIDATION', `${pointer}: ${message}.`, { errors: [{ pointer, message }] })
}
