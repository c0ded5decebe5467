/** Methods of the peers that compute the same quantity as a scorer of ours from the same evidence. */
import type { Comparison } from './comparison.js'

const certainty: Pick<Comparison, 'scale' | 'scaled'> = { scale: (value) => 1 - value, scaled: '1 − theirs' }
const negated: Pick<Comparison, 'scale' | 'scaled'> = { scale: (value) => 1 + value, scaled: '1 + theirs' }

const AFFINITIES = { entail: 'entailment', contra: 'contradiction' } as const

const graphs = (name: string, scorer: string): Omit<Comparison, 'peer'>[] => [
  ...(['entail', 'contra'] as const).map((of) => ({
    name: `${name}_NLI_score_${of}`,
    scorer,
    options: { affinity: AFFINITIES[of], temperature: 1 }
  })),
  { name: `${name}_Jaccard_score`, scorer, options: { affinity: 'jaccard' } }
]

const POLYGRAPH: readonly Omit<Comparison, 'peer'>[] = [
  { name: 'MaximumSequenceProbability', scorer: 'g_nll' },
  { name: 'Perplexity', scorer: 'mean_nll' },
  { name: 'Perplexity', scorer: 'perplexity', scale: Math.exp, scaled: 'exp(theirs)' },
  { name: 'MeanTokenEntropy', scorer: 'mean_token_entropy' },
  { name: 'MonteCarloSequenceEntropy', scorer: 'predictive_entropy' },
  { name: 'MonteCarloNormalizedSequenceEntropy', scorer: 'normalized_predictive_entropy' },
  {
    name: 'SemanticEntropy',
    scorer: 'semantic_entropy',
    options: { variant: 'sample_mean', likelihood: 'sum', rule: 'strict' }
  },
  {
    name: 'SemanticEntropyUnique',
    scorer: 'semantic_entropy',
    options: { variant: 'sample_mean', likelihood: 'sum', rule: 'strict', dedupe: true }
  },
  {
    name: 'SemanticEntropy (Direct)',
    scorer: 'semantic_entropy',
    options: { variant: 'direct_per_sample', likelihood: 'sum', rule: 'strict' }
  },
  {
    name: 'SemanticEntropyEmpirical',
    scorer: 'semantic_entropy',
    options: { variant: 'discrete', rule: 'strict' }
  },
  { name: 'LabelProb', scorer: 'label_probability', options: { rule: 'strict' } },
  { name: 'NumSemSets', scorer: 'num_semantic_sets', options: { rule: 'probability' } },
  ...graphs('EigValLaplacian', 'eigv'),
  ...graphs('DegMat', 'degree'),
  ...graphs('Eccentricity', 'eccentricity'),
  { name: 'KernelLanguageEntropy', scorer: 'kernel_language_entropy', options: { weights: 'probabilities' } },
  { name: 'LexicalSimilarity_rougeL', scorer: 'lexical_similarity', ...negated },
  { name: 'LexicalSimilarity_rouge1', scorer: 'lexical_similarity', options: { variant: 'rouge1' }, ...negated },
  { name: 'LexicalSimilarity_rouge2', scorer: 'lexical_similarity', options: { variant: 'rouge2' }, ...negated },
  { name: 'LUQ', scorer: 'luq' },
  { name: 'CocoaMSP', scorer: 'cocoa' },
  { name: 'CocoaPPL', scorer: 'cocoa', options: { information: 'mean_nll' } },
  { name: 'CocoaMTE', scorer: 'cocoa', options: { information: 'token_entropy' } },
  { name: 'TokenSAR', scorer: 'token_sar' },
  { name: 'SentenceSAR', scorer: 'sentence_sar' },
  { name: 'SAR', scorer: 'sar' },
  { name: 'CCP', scorer: 'ccp', options: { skip_function_words: false }, ...negated },
  { name: 'SelfCertainty', scorer: 'self_certainty' },
  { name: 'BoostedProbSequence', scorer: 'boosted_probability', ...negated }
]

const WITH_ANSWER = { include_answer: true, scaled: true }

const UQLM: readonly Omit<Comparison, 'peer'>[] = [
  { name: 'sequence_probability', scorer: 'sequence_probability', options: { normalized: true } },
  { name: 'sequence_probability, not normalized', scorer: 'sequence_probability' },
  { name: 'min_probability', scorer: 'min_token_probability' },
  { name: 'probability_margin', scorer: 'probability_margin' },
  {
    name: 'mean_token_negentropy',
    scorer: 'mean_token_entropy',
    scale: (value, { answer }) => (1 - value) * Math.log(answer.distributions[0]!.length),
    scaled: '(1 − theirs) · ln V'
  },
  {
    name: 'min_token_negentropy',
    scorer: 'max_token_entropy',
    scale: (value, { answer }) => (1 - value) * Math.log(answer.distributions[0]!.length),
    scaled: '(1 − theirs) · ln V'
  },
  { name: 'noncontradiction', scorer: 'noncontradiction', ...certainty },
  { name: 'entailment', scorer: 'entailment_consistency', ...certainty },
  { name: 'exact_match', scorer: 'exact_match', ...certainty },
  { name: 'cosine_sim', scorer: 'cosine_consistency', ...certainty },
  {
    name: 'semantic_negentropy',
    scorer: 'semantic_entropy',
    verdicts: 'clear_verdicts',
    options: { variant: 'discrete', ...WITH_ANSWER },
    ...certainty
  },
  {
    name: 'semantic_negentropy, token probabilities',
    scorer: 'semantic_entropy',
    verdicts: 'clear_verdicts',
    options: WITH_ANSWER,
    ...certainty
  },
  {
    name: 'num_semantic_sets',
    scorer: 'semantic_entropy',
    verdicts: 'clear_verdicts',
    options: WITH_ANSWER,
    ours: ({ detail }) => (detail!.clusters as readonly unknown[]).length
  },
  {
    name: 'p_true',
    scorer: 'p_true',
    ...certainty
  }
]

export const AGREEMENTS: readonly Comparison[] = [
  ...POLYGRAPH.map((one) => ({ peer: 'lm-polygraph' as const, ...one })),
  ...UQLM.map((one) => ({ peer: 'uqlm' as const, ...one }))
]
