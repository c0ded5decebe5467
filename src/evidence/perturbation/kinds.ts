import type { EvidenceParameters, PerturbationKinds } from '../../scorer.js'
import type { Circumstances, KindTable, Work } from '../kind.js'
import { probeChars } from './conversation.js'
import { FORMAT_CHARS, FORMAT_COUNT, gatherFormatReplies } from './formats.js'
import { gatherParaphrasedAnswer, type FareRequest } from './paraphrased-answer.js'
import { gatherParaphrases, paraphrasing, type ParaphraseRequest } from './paraphrases.js'
import { gatherReplies, type ReplyRequest } from './replies.js'
import { alternativesFor, gatherVariations, type VariationRequest } from './variations.js'

const paraphrasesOf = ({ paraphrases }: EvidenceParameters): ParaphraseRequest =>
  paraphrases ?? { source: 'template', count: 9 }
const repliesOf = (parameters: EvidenceParameters): ReplyRequest =>
  parameters['paraphrases.replies'] ?? { replies: 5, temperatures: [0.7] }
const fareOf = (parameters: EvidenceParameters): FareRequest =>
  parameters['paraphrases.answer'] ?? { form: 'reply', embed: false }
const variationsOf = ({ variations }: EvidenceParameters): VariationRequest =>
  variations ?? { kind: 'sample', count: 5, embed: true }
const historyOf = ({ formats }: EvidenceParameters) => formats?.history ?? 'keep'
const keyOf = (...parts: readonly unknown[]): string => JSON.stringify(parts)

/** Evidence from changed questions and changed answers. */
export const perturbationKinds: KindTable<keyof PerturbationKinds> = {
  paraphrases: {
    restsOn: () => ['question'],
    work: (circumstances, parameters) => paraphrasing(circumstances, paraphrasesOf(parameters)),
    roles: ['language', 'embedding'],
    key: (parameters) => keyOf(paraphrasesOf(parameters)),
    gather: (sources, parameters) => gatherParaphrases(sources, paraphrasesOf(parameters))
  },
  'paraphrases.replies': {
    restsOn: () => ['paraphrases'],
    work: (circumstances, parameters) => replying(circumstances, paraphrasesOf(parameters), repliesOf(parameters)),
    roles: ['language', 'embedding'],
    key: (parameters) => keyOf(paraphrasesOf(parameters), repliesOf(parameters)),
    async gather(sources, parameters) {
      return gatherReplies(sources, await sources.get('paraphrases', parameters), repliesOf(parameters))
    }
  },
  'paraphrases.answer': {
    restsOn: () => ['paraphrases', 'answer'],
    work: (circumstances, parameters) => faring(circumstances, paraphrasesOf(parameters), fareOf(parameters)),
    roles: ['language'],
    key: (parameters) => keyOf(paraphrasesOf(parameters), fareOf(parameters)),
    async gather(sources, parameters) {
      const [paraphrases, answer] = await Promise.all([sources.get('paraphrases', parameters), sources.get('answer')])
      return gatherParaphrasedAnswer(sources, paraphrases, answer, fareOf(parameters))
    }
  },
  formats: {
    restsOn: () => ['question', 'answer'],
    work: ({ asksModel, supply, maxTokens }) =>
      asksModel
        ? {
            promptChars: FORMAT_COUNT * (probeChars(supply.messages) + FORMAT_CHARS),
            generations: FORMAT_COUNT,
            completionTokens: FORMAT_COUNT * maxTokens
          }
        : {},
    roles: ['language'],
    key: historyOf,
    async gather(sources, parameters) {
      return gatherFormatReplies(sources, await sources.get('answer'), historyOf(parameters))
    }
  },
  variations: {
    restsOn: (parameters) => (variationsOf(parameters).kind === 'sample' ? ['answer', 'samples'] : ['answer.logprobs']),
    work: (circumstances, parameters) => varying(circumstances, variationsOf(parameters)),
    roles: ['language', 'embedding'],
    key: (parameters) => keyOf(variationsOf(parameters)),
    gather: (sources, parameters) => gatherVariations(sources, variationsOf(parameters))
  }
}

function replying(
  { asksModel, supply, maxTokens }: Circumstances,
  { count }: ParaphraseRequest,
  { replies, temperatures }: ReplyRequest
): Work {
  if (!asksModel) return {}
  const probes = count + 1
  const rows = probes * replies * temperatures.length
  return {
    promptChars: probes * probeChars(supply.messages),
    generations: rows,
    completionTokens: rows * maxTokens,
    embeddings: probes + rows
  }
}

function faring(
  { asksModel, supply, maxTokens }: Circumstances,
  { count }: ParaphraseRequest,
  { form, embed }: FareRequest
): Work {
  if (!asksModel) return {}
  const readAnswer = supply.answer?.generation.text.length ?? maxTokens * CHARS_PER_TOKEN
  if (form === 'likelihood') return { promptChars: (count + 1) * (probeChars(supply.messages) + readAnswer) }
  return {
    promptChars: count * probeChars(supply.messages),
    generations: count,
    completionTokens: count * maxTokens,
    ...(embed ? { embeddings: count + 1 } : {})
  }
}

/** For an answer that is not written yet. */
const CHARS_PER_TOKEN = 4

function varying({ asksModel, supply, maxTokens, sampleCount }: Circumstances, request: VariationRequest): Work {
  const { kind, count, embed } = request
  if (kind === 'sample') {
    const drawn = supply.samples?.length ?? (asksModel ? sampleCount : 0)
    return embed && drawn > 0 ? { embeddings: drawn + 1 } : {}
  }
  if (!asksModel) return {}
  return {
    alternatives: alternativesFor(count),
    promptChars: count * probeChars(supply.messages),
    generations: count,
    completionTokens: count * maxTokens,
    ...(embed ? { embeddings: count + 1 } : {})
  }
}
