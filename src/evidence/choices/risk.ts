/** What an expected risk is read from: the options, or a probability that the model writes in two digits. */
import type { DigitMasses, ChoicesParameters, RiskForm } from '../../scorer.js'
import type { Asker } from '../asker.js'
import type { EvidenceInput } from '../input.js'
import type { Circumstances, Work } from '../kind.js'
import { charsOf, requireConversation, withAddition } from './question.js'

const DIGITS = [...'0123456789']
const INSTRUCTION = 'Reply with a probability between 0 and 1, with two digits after the point.'
const PREFILL = 'Answer: 0.'

/** The form when no scorer says. */
export function riskForm({ risk }: ChoicesParameters): RiskForm {
  return risk?.form ?? 'options'
}

/** The question is read once for the first digit, and once more after each of the ten that it may be. */
export function numericWork({ supply: { messages }, asksModel }: Circumstances): Work {
  if (!asksModel || messages === null) return {}
  const chars = charsOf(messages) + INSTRUCTION.length + PREFILL.length
  return { promptChars: (1 + DIGITS.length) * chars }
}

/** Reads the mass of every pair of digits. Throws `Missing`. */
export async function gatherDigits(input: EvidenceInput, ask: Asker): Promise<DigitMasses> {
  const messages = withAddition(requireConversation(input), INSTRUCTION)
  const readAfter = async (written: string): Promise<readonly number[]> => {
    const options = DIGITS.map((digit) => [digit])
    const request = { model: input.model, messages, prefill: `${PREFILL}${written}`, options }
    return (await ask.optionProbabilities(request)).probabilities
  }
  const [first, ...second] = await Promise.all(['', ...DIGITS].map(readAfter))
  return { masses: second.map((masses, i) => masses.map((mass) => first![i]! * mass)) }
}
