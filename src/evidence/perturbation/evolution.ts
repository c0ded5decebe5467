/**
 * A genetic search for paraphrases after GAAP (formulas.md §9; Song et al. 2025, arXiv 2506.09684, appendix C): single
 * edits first, then selection in proportion to similarity, one-point crossover and mutation. Crossover is at the same
 * place of the question in both parents, so that children keep its order of words.
 */
import { drawIndex, seededRandom } from '../../math/random.js'
import type { Genes, QuestionGenes } from './question-genes.js'

/** Paraphrases less similar than this are another question. */
export const LEAST_SIMILARITY = 0.7
const FIRST_GENERATION = 40
const PARENTS = 8
const GENERATIONS = 3

/** Texts whose similarity is asked for, at most. */
export const EVOLVED_TEXTS = FIRST_GENERATION + GENERATIONS * 2 * PARENTS

/** A paraphrase and its similarity to the question. */
export interface Candidate {
  readonly text: string
  readonly similarity: number
}

interface Individual extends Candidate {
  readonly genes: Genes
}

type Similarities = (texts: readonly string[]) => Promise<readonly number[]>

/** All distinct candidates of all generations that are similar enough, in order of birth; the question is not among them. */
export async function evolve(
  question: QuestionGenes,
  similarities: Similarities,
  seed: number
): Promise<readonly Candidate[]> {
  const random = seededRandom(seed)
  const known = new Map<string, Individual>()
  const raise = async (all: readonly Genes[]): Promise<readonly Individual[]> => {
    const born = await judged(all, question, similarities)
    for (const one of born) if (!known.has(one.text)) known.set(one.text, one)
    return born
  }
  let population = await raise(singleEdits(question))
  for (let generation = 0; generation < GENERATIONS && isFitEnough(population); generation++) {
    const parents = Array.from({ length: PARENTS }, () => roulette(population, random))
    const children = parents.map((parent, i) => crossed(parent.genes, parents[i ^ 1]!.genes, random))
    const mutants = children.map((child) => mutated(child, question.choices, random))
    population = [...parents, ...(await raise([...children, ...mutants]))]
  }
  const original = question.express([])
  return [...known.values()].filter(({ text, similarity }) => text !== original && similarity >= LEAST_SIMILARITY)
}

function isFitEnough(population: readonly Individual[]): boolean {
  return population.some(({ similarity }) => similarity >= LEAST_SIMILARITY)
}

async function judged(
  all: readonly Genes[],
  question: QuestionGenes,
  similarities: Similarities
): Promise<readonly Individual[]> {
  const texts = all.map(question.express)
  const values = await similarities(texts)
  return all.map((genes, i) => ({ genes, text: texts[i]!, similarity: Math.max(0, values[i]!) }))
}

function singleEdits({ choices }: QuestionGenes): readonly Genes[] {
  const edits = choices.flatMap((count, locus) =>
    Array.from({ length: count - 1 }, (_, choice) => choices.map((_, at) => (at === locus ? choice + 1 : 0)))
  )
  return edits.slice(0, FIRST_GENERATION)
}

function roulette(population: readonly Individual[], random: () => number): Individual {
  const total = population.reduce((sum, { similarity }) => sum + similarity, 0)
  let left = random() * total
  return population.find(({ similarity }) => (left -= similarity) < 0) ?? population.at(-1)!
}

/** The first part of one and the rest of the other; a single locus leaves nothing to cross. */
function crossed(a: Genes, b: Genes, random: () => number): Genes {
  if (a.length < 2) return a
  const at = 1 + drawIndex(random, a.length - 1)
  return [...a.slice(0, at), ...b.slice(at)]
}

function mutated(genes: Genes, choices: readonly number[], random: () => number): Genes {
  const locus = drawIndex(random, genes.length)
  const choice = drawIndex(random, choices[locus]!)
  return genes.map((gene, at) => (at === locus ? choice : gene))
}
