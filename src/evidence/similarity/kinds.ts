import type { SimilarityKinds } from '../../scorer.js'
import type { Circumstances, KindTable } from '../kind.js'
import { gatherSimilarity, gatherSimilarityTo } from './similarity.js'

/** Evidence from embeddings: how close texts are. Texts are embedded bare: a question in common would drown them. */
export const similarityKinds: KindTable<keyof SimilarityKinds> = {
  similarity: {
    restsOn: () => ['samples'],
    isSupplied: ({ similarity }) => similarity !== null,
    work: (circumstances) =>
      circumstances.supply.similarity === null ? { embeddings: sampleTexts(circumstances).count } : {},
    reads: ['evidence.similarity'],
    roles: ['embedding'],
    async gather({ input, get, embeddings }) {
      if (input.similarity !== null) return input.similarity
      return gatherSimilarity(textsOf(await get('samples')), embeddings)
    }
  },
  'answer.similarity': {
    restsOn: () => ['answer', 'samples'],
    work: (circumstances) => ({ embeddings: sampleTexts(circumstances).count + addedByAnswer(circumstances) }),
    roles: ['embedding'],
    async gather({ get, embeddings }) {
      const [answer, samples] = await Promise.all([get('answer'), get('samples')])
      return gatherSimilarityTo(answer.text, textsOf(samples), embeddings)
    }
  }
}

function textsOf(outputs: readonly { readonly text: string }[]): string[] {
  return outputs.map(({ text }) => text)
}

/** Distinct texts among the samples: those supplied, else as many as may be drawn. */
function sampleTexts({ supply, asksModel, sampleCount }: Circumstances): { texts: ReadonlySet<string>; count: number } {
  if (supply.samples === null) return { texts: new Set(), count: asksModel ? sampleCount : 0 }
  const texts = new Set(supply.samples.map(({ generation }) => generation.text))
  return { texts, count: texts.size }
}

/** No samples at all means that nothing is compared. */
function addedByAnswer(circumstances: Circumstances): number {
  const { texts, count } = sampleTexts(circumstances)
  const { answer } = circumstances.supply
  return count === 0 || (answer !== null && texts.has(answer.generation.text)) ? 0 : 1
}
