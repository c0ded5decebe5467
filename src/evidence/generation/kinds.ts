import type { GenerationKinds } from '../../scorer.js'
import { questionOf, type SuppliedEvidence } from '../input.js'
import type { Circumstances, KindTable, Work } from '../kind.js'
import type { Aligned } from '../supplied-output.js'
import { gatherScoredAnswer } from './answer-logprobs.js'
import { gatherAnswer } from './answer.js'
import { gatherScoredSamples } from './samples-logprobs.js'
import { collect } from './samples.js'

/** Evidence that is text: the answer and the samples, supplied or decoded. */
export const generationKinds: KindTable<keyof GenerationKinds> = {
  question: { gather: async ({ input }) => questionOf(input.messages) },
  answer: {
    isSupplied: ({ answer }) => answer !== null,
    work: ({ supply, asksModel }) => ({ answer: asksModel && supply.answer === null }),
    roles: ['language'],
    gather: async ({ input, rows }) => gatherAnswer(input, rows)
  },
  'answer.logprobs': {
    restsOn: () => ['answer'],
    work: ({ supply, asksModel }) => forcing(asksModel, supply.answer === null ? [] : [supply.answer]),
    gather: async ({ input, get, ask }) => gatherScoredAnswer(input, await get('answer'), ask)
  },
  samples: {
    restsOn: ({ samples }) => (samples?.includeAnswer === true ? ['answer'] : []),
    work: drawing,
    reads: ['samples'],
    roles: ['language'],
    key: ({ samples }) => String(samples?.includeAnswer ?? false),
    gather: async ({ sampleStream }, { samples }) => collect(sampleStream(samples?.includeAnswer ?? false))
  },
  'samples.logprobs': {
    restsOn: () => ['samples'],
    work: ({ supply, asksModel }) => forcing(asksModel, supply.samples ?? []),
    gather: async ({ input, get, ask }) => gatherScoredSamples(input, await get('samples'), ask)
  }
}

/** Whoever draws samples decodes the answer beside them: it is one more row, and every explanation shows it. */
function drawing({ supply, asksModel }: Circumstances): Work {
  const draws = asksModel && supply.samples === null
  return draws ? { samples: true, answer: supply.answer === null } : {}
}

function forcing(asksModel: boolean, outputs: NonNullable<SuppliedEvidence['samples']>): Work {
  if (!asksModel) return {}
  const isBare = ({ alignment, generation }: Aligned): boolean => alignment === 'none' && generation.text !== ''
  return { forcedTexts: outputs.filter(isBare).map(({ generation }) => generation.text) }
}
