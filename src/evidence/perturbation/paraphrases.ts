/** Other ways to ask the question. */
import { cosine } from '../../math/cosine.js'
import { derivedSeed, drawIndex, seededRandom } from '../../math/random.js'
import type { Paraphrases, ParaphraseSource, Probe } from '../../scorer.js'
import type { Circumstances, Sources, Work } from '../kind.js'
import type { Embeddings } from '../similarity/embeddings.js'
import { askedIn } from './conversation.js'
import { EVOLVED_TEXTS, evolve, LEAST_SIMILARITY } from './evolution.js'
import {
  DRAFTS_PER_PARAPHRASE,
  draftParaphrases,
  PARAPHRASE_MAX_TOKENS,
  paraphrasePrompt
} from './model-paraphrases.js'
import { framesFor } from './question-frames.js'
import { questionGenes } from './question-genes.js'

/** Which paraphrases, and how many beside the question. */
export interface ParaphraseRequest {
  readonly source: ParaphraseSource
  readonly count: number
}

type Finder = (question: string, count: number, sources: Sources) => Promise<readonly Probe[]>

const FINDERS: Readonly<Record<ParaphraseSource, Finder>> = {
  template: async (question, count) =>
    framed(question)
      .slice(0, count)
      .map((text) => ({ text, similarity: null })),
  evolved: async (question, count, { input, embeddings }) => {
    const candidates = await evolve(questionGenes(question), similaritiesTo(question, embeddings), input.seed)
    return drawn(candidates, count, derivedSeed(input.seed, CHOICE_STREAM))
  },
  model: async (question, count, { input, ask, embeddings }) => {
    const drafts = await draftParaphrases(question, count, input, ask)
    const similarities = await similaritiesTo(question, embeddings)(drafts)
    const probes = drafts.map((text, i) => ({ text, similarity: similarities[i]! }))
    return probes.filter(({ similarity }) => similarity >= LEAST_SIMILARITY).slice(0, count)
  }
}

/** Streams 0, 1, … belong to the replies to each probe. */
const CHOICE_STREAM = 1_000_001

/** The question, then up to `count` distinct paraphrases. Throws `Missing`. */
export async function gatherParaphrases(sources: Sources, request: ParaphraseRequest): Promise<Paraphrases> {
  const { question } = askedIn(sources.input)
  const found = await FINDERS[request.source](question, request.count, sources)
  const similarity = request.source === 'template' ? null : 1
  return { source: request.source, probes: [{ text: question, similarity }, ...found], wanted: request.count + 1 }
}

/** What the paraphrases ask of the models at worst. */
export function paraphrasing({ asksModel, supply }: Circumstances, { source, count }: ParaphraseRequest): Work {
  if (!asksModel || source === 'template') return {}
  if (source === 'evolved') return { embeddings: 1 + EVOLVED_TEXTS }
  const drafts = DRAFTS_PER_PARAPHRASE * count
  const question = supply.messages?.findLast(({ role }) => role === 'user')?.content ?? ''
  return {
    promptChars: paraphrasePrompt(question).length,
    generations: drafts,
    completionTokens: drafts * PARAPHRASE_MAX_TOKENS,
    embeddings: 1 + drafts
  }
}

/** The question in every frame that fits it, each text once. */
function framed(question: string): readonly string[] {
  const trimmed = question.trim()
  return [...new Set(framesFor(trimmed).map((frame) => frame(trimmed)))].filter((text) => text !== trimmed)
}

function similaritiesTo(question: string, embeddings: Embeddings) {
  return async (texts: readonly string[]): Promise<readonly number[]> => {
    const [own, ...others] = await embeddings.of([question, ...texts])
    return others.map((other) => cosine(own!, other))
  }
}

/** `count` of the candidates, each as likely as any other, in the order in which they were drawn. */
function drawn<T>(candidates: readonly T[], count: number, seed: number): readonly T[] {
  const random = seededRandom(seed)
  const left = [...candidates]
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(drawIndex(random, left.length), 1)[0]!)
}
