import type { AlternativesParameters, EvidenceParameters, TokensKinds } from '../../scorer.js'
import type { Circumstances, KindTable } from '../kind.js'
import { gatherAlternatives, MOST_TOKENS, TOP_ALTERNATIVES } from './alternatives.js'
import { locateTokens } from './located-tokens.js'
import { gatherRelevance } from './relevance.js'
import { deletionsOfAnswer, deletionsOfSamples } from './worst-deletions.js'

const PLAIN: AlternativesParameters = { unit: 'word', inContext: false, skipFunctionWords: true }
const comparedBy = (parameters: EvidenceParameters): AlternativesParameters =>
  parameters['answer.alternatives'] ?? PLAIN

/** Evidence about single tokens of the answer and the samples: what they matter, what could stand in their place. */
export const tokensKinds: KindTable<keyof TokensKinds> = {
  'answer.relevance': {
    restsOn: () => ['question', 'answer.logprobs'],
    work: (circumstances) => ({ embeddings: deletionsOfAnswer(circumstances) }),
    roles: ['embedding'],
    async gather({ input, get, embeddings }) {
      const [question, answer] = await Promise.all([get('question'), get('answer.logprobs')])
      const [relevance] = await gatherRelevance([locateTokens(answer, input.answer)], question, embeddings)
      return relevance!
    }
  },
  'samples.relevance': {
    restsOn: () => ['question', 'samples.logprobs'],
    work: (circumstances) => ({ embeddings: deletionsOfSamples(circumstances) }),
    roles: ['embedding'],
    async gather({ input, get, embeddings }) {
      const [question, samples] = await Promise.all([get('question'), get('samples.logprobs')])
      const located = samples.map((sample, i) => locateTokens(sample, input.samples?.[i] ?? null))
      return gatherRelevance(located, question, embeddings)
    }
  },
  'answer.alternatives': {
    restsOn: () => ['answer.logprobs'],
    work: (circumstances) => ({ alternatives: TOP_ALTERNATIVES, pairs: worstPairs(circumstances) }),
    roles: ['entailment'],
    key: (parameters) => Object.values(comparedBy(parameters)).join(':'),
    async gather({ input, get, comparisons }, parameters) {
      const located = locateTokens(await get('answer.logprobs'), input.answer)
      return gatherAlternatives(located, comparedBy(parameters), comparisons)
    }
  }
}

/** Both directions for every alternative of every token; a text of unknown length has fewer words than characters. */
function worstPairs({ supply, asksModel, maxTokens }: Circumstances): number {
  const { answer } = supply
  const known = answer?.generation.tokens?.filter(({ end }) => !end)
  if (known) {
    const others = known.map(({ alternatives }) => Math.min(alternatives.length, TOP_ALTERNATIVES))
    return known.length > MOST_TOKENS ? 0 : 2 * others.reduce((sum, count) => sum + count, 0)
  }
  if (!asksModel) return 0
  const tokens = answer === null ? maxTokens : answer.generation.text.length
  return 2 * (TOP_ALTERNATIVES - 1) * Math.min(tokens, MOST_TOKENS)
}
