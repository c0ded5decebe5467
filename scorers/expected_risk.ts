import {
  defineScorer,
  Unscorable,
  type DigitMasses,
  type OptionMasses,
  type RiskForm,
  type Scored
} from '../src/scorer.js'
import {
  DEBIAS_OPTION,
  massWarnings,
  NO_MASS,
  optionDetails,
  optionsParameters,
  summariseOptions
} from '../src/math/choices.js'
import { binaryValues, expectDigits, LEAST_DIGIT_MASS } from '../src/math/choices-risk.js'
import { sum } from '../src/math/logprob.js'

/** One value per option: the given ones, else 1 and 0 for two options. */
function valuesOf(choices: readonly string[], given: readonly number[]): readonly number[] {
  if (given.length === choices.length) return given
  if (given.length > 0) {
    throw new Unscorable('values_do_not_fit', `\`values\` has ${given.length} numbers for ${choices.length} options.`)
  }
  const values = binaryValues(choices)
  if (values === null) {
    throw new Unscorable('needs_values', 'Give `values`: how much each option weighs, from 0 to 1, in order.')
  }
  return values
}

function fromOptions(evidence: OptionMasses, given: readonly number[]): Scored {
  const values = valuesOf(evidence.choices, given)
  const summary = summariseOptions(evidence)
  if (summary === null) throw new Unscorable(...NO_MASS)
  const risk = sum(values.map((value, i) => value * summary.probabilities[i]!))
  return {
    value: Math.min(1, risk),
    detail: { form: 'options', values, options: optionDetails(evidence, summary), mass: summary.mass },
    warnings: massWarnings(summary.mass)
  }
}

function fromDigits({ masses }: DigitMasses): Scored {
  const expected = expectDigits(masses)
  if (expected === null || expected.mass < LEAST_DIGIT_MASS) {
    throw new Unscorable('no_digits', 'Asked for a probability, the model hardly thinks of writing two digits.')
  }
  const { value, deviation, mass } = expected
  return { value, detail: { form: 'numeric', std: deviation, mass } }
}

/**
 * The probability that the model gives an event: Σ π_k v_k over options that are worth v_k, which for Yes and No is
 * P(Yes); or, with the form `numeric`, the mean of the probability that it would write in two digits. The value is as
 * good as the model is calibrated, and instruction-tuned models are pulled to 0 and 1.
 */
export default defineScorer({
  name: 'expected_risk',
  summary: 'Expected risk: the mean value of the options, or of a probability that the model states in two digits.',
  reference: 'Cruz et al. 2024, arXiv 2407.14614',
  needs: ['risk'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 0, entailment_pairs: 0, readings: 11 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      form: {
        type: 'string',
        enum: ['options', 'numeric'],
        default: 'options',
        description: 'options: from `choices`; numeric: the question asks for a probability, and needs no `choices`.'
      },
      values: {
        type: 'array',
        items: { type: 'number', minimum: 0, maximum: 1 },
        maxItems: 26,
        default: [],
        description:
          'Risk of each option, in order. Two options default to 1 for "yes" or "true", else the first, and 0.'
      },
      debias: DEBIAS_OPTION
    }
  },
  parameters: (options) => ({ ...optionsParameters(options), risk: { form: options.form as RiskForm } }),
  score({ risk }, options) {
    if (risk.form === 'numeric') return fromDigits(risk.digits)
    return fromOptions(risk.options, options.values as readonly number[])
  }
})
