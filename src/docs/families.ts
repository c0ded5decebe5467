/** Families of scorers: how the pages group them, told from the evidence that each reads. */
import type { EvidenceKind, Scorer } from '../scorer.js'

export interface Family {
  readonly title: string
  /** What must be supplied or may be generated. */
  readonly needs: string
  /** Work of the models, when nothing is supplied. */
  readonly costs: string
  /** The member to try first. */
  readonly start: string
  /** Whoever reads one of these belongs here. */
  readonly marks: readonly EvidenceKind[]
  /** Members that their evidence does not give away. */
  readonly also?: readonly string[]
}

const SINGLE_PASS: Family = {
  title: 'Single pass',
  needs: 'log-probabilities of the answer; some also whole distributions or a second reading',
  costs: '1 text; `ccp` and `token_sar` also compare or embed words',
  start: 'mean_nll',
  marks: []
}

/** In the order of the pages. */
export const FAMILIES: readonly Family[] = [
  SINGLE_PASS,
  {
    title: 'Sampling with likelihoods',
    needs: 'samples with log-probabilities',
    costs: '11 texts, up to 90 comparisons or 260 embeddings',
    start: 'semantic_entropy',
    marks: ['samples.logprobs'],
    also: ['cocoa', 'semantic_entropy']
  },
  {
    title: 'Black box',
    needs: 'texts of the samples, most also of the answer',
    costs: '11 texts, up to 90 comparisons or 11 embeddings',
    start: 'sample_agreement',
    marks: ['samples', 'clusters']
  },
  {
    title: 'Reflexive',
    needs: 'a model to ask about its answer, or `verbalized`',
    costs: '1 to 11 texts, up to 8 readings and 110 comparisons',
    start: 'verbalized_confidence',
    marks: ['verbalized', 'p_true', 'p_better', 'self_evaluation']
  },
  {
    title: 'Perturbation',
    needs: 'a model to ask again, in other words or with another token',
    costs: '1 to 50 texts, up to 10 readings or 60 embeddings',
    start: 'prompt_agreement',
    marks: ['paraphrases.replies', 'paraphrases.answer', 'variations', 'formats']
  },
  {
    title: 'Multiple choice',
    needs: '`choices` and a model to read the question',
    costs: '4 readings for four options; `reason_first_gap` also 3 texts',
    start: 'option_probability',
    marks: ['options', 'options.reasoned', 'risk']
  },
  {
    title: 'Provenance',
    needs: 'a text of at least 20 tokens and the model in question',
    costs: '1 reading of a supplied text',
    start: 'provenance',
    marks: ['answer.reading']
  },
  {
    title: 'Length',
    needs: 'texts of the answer and the samples',
    costs: '11 texts',
    start: 'length_outlier',
    marks: [],
    also: ['length_outlier']
  },
  {
    title: 'Groundedness',
    needs: 'the answer and `context`',
    costs: 'a comparison for each sentence and passage',
    start: 'groundedness',
    marks: ['groundedness']
  },
  {
    title: 'Combined',
    needs: 'scores of other scorers, or a policy',
    costs: 'that of the members',
    start: 'ensemble',
    marks: ['scores', 'conformal']
  }
]

/** The family of a scorer; whatever reads neither samples nor anything special is of a single pass. */
export function familyOf({ name, needs }: Pick<Scorer, 'name' | 'needs'>): Family {
  const named = FAMILIES.find(({ also }) => also?.includes(name) === true)
  return named ?? FAMILIES.find(({ marks }) => marks.some((kind) => needs.includes(kind))) ?? SINGLE_PASS
}

/** Every family that has members, with them, in the order of the pages. */
export function membersByFamily(scorers: ReadonlyMap<string, Scorer>): ReadonlyMap<Family, readonly Scorer[]> {
  const members = FAMILIES.map((family): [Family, readonly Scorer[]] => [
    family,
    [...scorers.values()].filter((scorer) => familyOf(scorer) === family)
  ])
  return new Map(members.filter(([, list]) => list.length > 0))
}
