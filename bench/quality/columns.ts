/** The rows of the quality tables: every scorer with its defaults, and the options worth comparing. */
import type { Scorer } from '../../src/scorer.js'
import { columnOf, type Column } from './gather.js'

/** Scorers that need what the questions do not have: a policy, other scores, a source text, options. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'conformal',
  'scores',
  'groundedness',
  'options',
  'options.reasoned',
  'risk'
])

/** Options that are compared with the defaults of the same scorer. */
const VARIANTS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['semantic_entropy', { variant: 'discrete' }],
  ['semantic_entropy', { rule: 'strict' }],
  ['eigv', { affinity: 'jaccard' }],
  ['degree', { affinity: 'jaccard' }],
  ['lexical_similarity', { to: 'answer' }],
  ['prompt_agreement', { history: 'drop' }],
  ['perturbation_variation', { form: 'vr' }],
  ['perturbation_variation', { kind: 'max_ent' }],
  ['cocoa', { information: 'mean_nll' }]
]

const isHere = (scorer: Scorer): boolean => !scorer.needs.some((kind) => ELSEWHERE.has(kind))

function variants(scorers: ReadonlyMap<string, Scorer>): readonly Column[] {
  return VARIANTS.flatMap(([name, options]) => {
    const scorer = scorers.get(name)
    return scorer === undefined ? [] : [columnOf(scorer, options)]
  })
}

/** Scorers that ask the model anew many times: half of the work for a few columns. */
const COSTLY: ReadonlySet<string> = new Set(['inv_entropy', 'paraphrase_disagreement', 'self_evaluation', 'p_better'])
const isCostly = ({ run: { scorer, options } }: Column): boolean =>
  COSTLY.has(scorer.name) || (scorer.name === 'perturbation_variation' && options['kind'] !== 'sample')

/** Columns for open questions; `costly` tells whether those that ask the model many times are among them. */
export function answerColumns(scorers: ReadonlyMap<string, Scorer>, costly = true): readonly Column[] {
  const plain = [...scorers.values()].filter(isHere).map((scorer) => columnOf(scorer))
  return [...plain, ...variants(scorers)].filter((column) => costly || !isCostly(column))
}

/** Columns that read texts alone: for answers of other models with samples of theirs. */
export function textColumns(scorers: ReadonlyMap<string, Scorer>): readonly Column[] {
  const white: ReadonlySet<string> = new Set(['answer.logprobs', 'samples.logprobs'])
  return answerColumns(scorers).filter(
    ({ run: { scorer } }) => scorer.cost.readings === undefined && !scorer.needs.some((kind) => white.has(kind))
  )
}

/** Columns for questions with options. */
export function choiceColumns(scorers: ReadonlyMap<string, Scorer>): readonly Column[] {
  const reads = new Set(['options', 'options.reasoned', 'risk'])
  return [...scorers.values()]
    .filter(({ needs }) => needs.some((kind) => reads.has(kind)))
    .map((scorer) => columnOf(scorer))
}
