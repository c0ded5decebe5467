import t from 'tap'
import { QualmError } from '../../../src/errors.js'
import { checkChoices } from '../../../src/evidence/choices/check-choices.js'

function pointerOf(choices: readonly string[]): string | null {
  try {
    checkChoices(choices)
    return null
  } catch (error) {
    if (!(error instanceof QualmError) || error.code !== 'QUALM_ERR_VALIDATION') throw error
    return error.errors[0]?.pointer ?? null
  }
}

t.test('an option that is an earlier one again is refused at its place', async (t) => {
  t.equal(pointerOf(['Paris', 'Rome', 'Paris']), '/choices/2')
  t.equal(pointerOf(['New York', ' New  York\n']), '/choices/1')
  t.equal(pointerOf(['caf\u00e9', 'cafe\u0301']), '/choices/1')
})

t.test('a blank option is refused', async (t) => {
  t.equal(pointerOf(['Paris', ' \t']), '/choices/1')
})

t.test('options that differ in case or signs are different, and labels may be options', async (t) => {
  t.equal(pointerOf(['K', 'k', 'C', 'C++', 'A', 'B)']), null)
})
