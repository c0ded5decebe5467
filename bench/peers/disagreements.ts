/** Methods of the peers that err, or mean something else, by formulas.md; and how our scorers come to the same number. */
import type { AffinityMeasure, AnswerEntailment, Token } from '../../src/scorer.js'
import { SAME_TEXT } from '../../src/math/nli.js'
import { entailmentAffinity } from '../../src/math/affinity.js'
import type { CaseEvidence } from './evidence.js'
import { sampleOf } from './evidence.js'
import type { Disagreement } from './comparison.js'
import { asEntailment, type PeerCase } from './facts.js'

/** Our weights, each text's to itself and to its duplicates by what the classifier says of it. */
function ownDiagonal(given: PeerCase, of: Exclude<AffinityMeasure, 'jaccard'>): Partial<CaseEvidence> {
  const verdict = (a: number, b: number) => asEntailment(a === b ? given.self_verdicts[a]! : given.verdicts[a]![b]!)
  const matrix = given.samples.map((a) => given.samples.map((b) => verdict(a, b)))
  const own = given.samples.map((a) =>
    of === 'entailment' ? verdict(a, a).entailment : 1 - verdict(a, a).contradiction
  )
  const weights = entailmentAffinity(matrix, of, 1).map((row, i) => row.map((one, j) => (i === j ? own[i]! : one)))
  return { affinity: { of, weights, cut: false } }
}

const graphs = (name: string, scorer: string): Omit<Disagreement, 'peer'>[] =>
  (
    [
      ['entail', 'entailment'],
      ['contra', 'contradiction']
    ] as const
  ).map(([short, affinity]) => ({
    name: `${name}_NLI_score_${short}, own diagonal`,
    scorer,
    options: { affinity, temperature: 1 },
    topic: '10',
    why: 'A text is as close to itself as the classifier says, less than 1; ours and the authors take 1.',
    repeat: { change: (_, given) => ownDiagonal(given, affinity) }
  }))

const withoutStart = ({ 'answer.unconditional': known }: CaseEvidence): Partial<CaseEvidence> => ({
  'answer.unconditional': [0, ...known!.slice(1)]
})

const topOnly = ({ 'answer.logprobs': answer }: CaseEvidence): Partial<CaseEvidence> => ({
  'answer.logprobs': {
    ...answer!,
    tokens: answer!.tokens.map((token: Token) => ({
      ...token,
      entropy: null,
      alternatives: token.alternatives.slice(0, 5)
    }))
  }
})

/** The answer as one more sample of its own, and both directions as the forward one. */
function densityOfPolygraph({ samples, 'answer.logprobs': answer, ...rest }: CaseEvidence): Partial<CaseEvidence> {
  const forward = [...rest['answer.entailment']!.forward, SAME_TEXT]
  const logprobs = answer!.tokens.map(({ logprob }) => logprob)
  return {
    'samples.logprobs': [...samples, sampleOf('the answer once more', logprobs)],
    'answer.entailment': { forward, backward: forward }
  }
}

/** Every draw of its own, and both directions as the forward one. */
function densityOfUqlm({ samples, 'answer.entailment': compared }: CaseEvidence): Partial<CaseEvidence> {
  const { forward } = compared as AnswerEntailment
  return {
    'samples.logprobs': samples.map((sample, i) => ({ ...sample, text: `${sample.text} ${i}` })),
    'answer.entailment': { forward, backward: forward }
  }
}

/** The sum over all tokens spread over one token less. */
const lengthWithoutEnd = ({ samples }: CaseEvidence): Partial<CaseEvidence> => ({
  'samples.logprobs': samples.map((sample) => {
    const total = sample.tokens.reduce((sum, { logprob }) => sum + logprob, 0)
    const count = sample.tokens.length - 1
    return sampleOf(
      sample.text,
      Array.from({ length: count }, () => total / count)
    )
  })
})

const POLYGRAPH: readonly Omit<Disagreement, 'peer'>[] = [
  {
    name: 'RenyiNeg',
    scorer: 'renyi_divergence',
    topic: '1',
    why: 'The divergence grows with certainty but is reported as uncertainty, 2 ln V too low.',
    repeat: { scale: (value, { answer }) => -(value + 2 * Math.log(answer.distributions[0]!.length)) }
  },
  {
    name: 'FisherRao',
    scorer: 'fisher_rao',
    topic: '1',
    why: 'The distance grows with certainty but is reported as uncertainty.',
    repeat: { scale: (value) => 1 - value }
  },
  {
    name: 'MonteCarloNormalizedSequenceEntropy, end token in the sum alone',
    scorer: 'normalized_predictive_entropy',
    topic: '3',
    why: "Their sampler's sum has the end token, its length has not.",
    repeat: { change: lengthWithoutEnd }
  },
  {
    name: 'SemanticEntropy',
    scorer: 'semantic_entropy',
    topic: '4, 5',
    why: 'Mean of −ln of masses that repeats raise above 1; ours is the entropy of the rescaled masses.',
    repeat: { options: { variant: 'sample_mean', likelihood: 'sum', rule: 'strict' } }
  },
  {
    name: 'KernelLanguageEntropy',
    scorer: 'kernel_language_entropy',
    topic: '9',
    why: 'Comparisons weigh by their probabilities; the paper and ours take the most probable class.',
    repeat: { options: { weights: 'probabilities' } }
  },
  ...graphs('EigValLaplacian', 'eigv'),
  ...graphs('DegMat', 'degree'),
  ...graphs('Eccentricity', 'eccentricity'),
  {
    name: 'SemanticDensityOutput',
    scorer: 'semantic_density',
    scale: (value) => 1 + value,
    scaled: '1 + theirs',
    topic: '§3.4',
    why: 'The answer counts as a reference of itself, and only answer → sample is compared.',
    repeat: { change: densityOfPolygraph }
  },
  {
    name: 'CCP',
    scorer: 'ccp',
    scale: (value) => 1 + value,
    scaled: '1 + theirs',
    topic: '§2.5',
    why: 'Function words count at the level of the answer; the paper leaves them out.',
    repeat: { options: { skip_function_words: false } }
  },
  {
    name: 'PTrue',
    scorer: 'p_true',
    topic: '12',
    why: '−ln of the mass on “True” alone; ours is the share of “false” in the two.',
    repeat: { ours: ({ detail }) => -Math.log(detail!.true_mass as number) }
  },
  {
    name: 'MeanPointwiseMutualInformation',
    scorer: 'pmi',
    topic: '28',
    why: 'The first token has no unconditional term (and their calculator reads the others one late).',
    repeat: { change: withoutStart }
  },
  {
    name: 'MeanConditionalPointwiseMutualInformation',
    scorer: 'conditional_pmi',
    topic: '28',
    why: 'The first token has no unconditional term (and their calculator reads the others one late).',
    repeat: { change: withoutStart }
  }
]

const UQLM: readonly Omit<Disagreement, 'peer'>[] = [
  ...(
    [
      ['mean_token_negentropy, top 5', 'mean_token_entropy'],
      ['min_token_negentropy, top 5', 'max_token_entropy']
    ] as const
  ).map(([name, scorer]) => ({
    name,
    scorer,
    scale: (value: number) => (1 - value) * Math.log(5),
    scaled: '(1 − theirs) · ln 5',
    topic: '27',
    why: 'Entropy of the five best rescaled to 1, no bound of the entropy; from the same five ours is a lower bound.',
    repeat: { change: topOnly, ours: ({ detail }) => detail!.renormalised as number } satisfies Disagreement['repeat']
  })),
  {
    name: 'semantic_density',
    scorer: 'semantic_density',
    scale: (value) => 1 - value,
    scaled: '1 − theirs',
    topic: '§3.4',
    why: 'Only answer → sample is compared, and a repeated text weighs again.',
    repeat: { change: densityOfUqlm }
  },
  {
    name: 'semantic_negentropy, unclear meanings',
    scorer: 'semantic_entropy',
    options: { variant: 'discrete', include_answer: true, scaled: true, rule: 'strict' },
    scale: (value) => 1 - value,
    scaled: '1 − theirs',
    topic: '6, 7',
    why: 'Entailment in either direction joins two answers, and one answer may join several meanings.',
    repeat: null
  },
  {
    name: 'consistency_and_confidence',
    scorer: 'cocoa',
    topic: '11',
    why: 'A product of certainties; CoCoA multiplies uncertainties and ranks differently.',
    repeat: null
  }
]

export const DISAGREEMENTS: readonly Disagreement[] = [
  ...POLYGRAPH.map((one) => ({ peer: 'lm-polygraph' as const, ...one })),
  ...UQLM.map((one) => ({ peer: 'uqlm' as const, ...one }))
]
