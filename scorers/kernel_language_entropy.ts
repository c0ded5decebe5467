import { defineScorer, Unscorable, type Options, type Warning } from '../src/scorer.js'
import {
  kernelEntropy,
  kernelEntropyOfAgreement,
  semanticWeights,
  type ComparisonWeight,
  type Kernel
} from '../src/math/language-kernel.js'
import { truncatedSamples } from '../src/math/sequence.js'

/** Answers that all agree score above this share of the range: the value says little without equally many to compare. */
const HIGH_FLOOR = 0.1

const positive = (value: number, description: string) => ({
  type: 'number',
  exclusiveMinimum: 0,
  maximum: 100,
  default: value,
  description
})

function kernelOf(options: Options): Kernel {
  if (options.kernel === 'heat') return { name: 'heat', t: options.t as number }
  return { name: 'matern', nu: options.nu as number, kappa: options.kappa as number }
}

function floorWarning(floor: number, count: number): Warning[] {
  if (floor <= HIGH_FLOOR) return []
  const message =
    `${count} answers that all agree would score ${floor.toPrecision(2)} of the most possible, not 0: ` +
    'compare only over equally many samples, draw more, or raise t.'
  return [{ code: 'kernel_floor', message }]
}

/**
 * Von Neumann entropy of a kernel over the graph of samples: meanings that are near count as half-different instead of
 * as one or two. W = the two directions' weights (1 entailment, ½ neutral, 0 contradiction), L = D − W, kernel
 * exp(−tL) or (2ν/κ² · I + L)^−ν at unit diagonal over N. Identical answers do not score 0 when they are few.
 * TruthTorchLM applies the exponential to each entry, which is no heat kernel.
 */
export default defineScorer({
  name: 'kernel_language_entropy',
  summary: 'Entropy of a kernel over the graph of sampled answers, which grades how far meanings lie apart.',
  reference: 'Nikitin et al. 2024, arXiv 2405.20003',
  needs: ['samples', 'entailment'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 90 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      kernel: { type: 'string', enum: ['heat', 'matern'], default: 'heat', description: 'How the graph is smoothed.' },
      t: positive(0.3, 'Time of the heat kernel; a longer one joins more.'),
      nu: positive(1, 'Smoothness of the Matérn kernel.'),
      kappa: positive(1, 'Length scale of the Matérn kernel.'),
      weights: {
        type: 'string',
        enum: ['one_hot', 'probabilities'],
        default: 'one_hot',
        description: 'Weigh comparisons by their most probable class, as the paper, or by probability, as lm-polygraph.'
      },
      scaled: { type: 'boolean', default: true, description: 'Divide by ln N; false gives nats.' }
    }
  },
  score({ samples, entailment }, options) {
    const count = samples.length
    if (count < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    const kernel = kernelOf(options)
    const most = Math.log(count)
    const nats = Math.min(most, kernelEntropy(semanticWeights(entailment, options.weights as ComparisonWeight), kernel))
    const floor = kernelEntropyOfAgreement(count, kernel)
    return {
      value: options.scaled === true ? nats / most : nats,
      ...(options.scaled === true ? {} : { range: [0, null] as const }),
      detail: {
        ...kernel,
        kernel: kernel.name,
        weights: options.weights,
        samples: count,
        nats,
        scaled: nats / most,
        nats_if_all_agree: floor
      },
      warnings: [...floorWarning(floor / most, count), ...truncatedSamples(samples)]
    }
  }
})
