import type { DistributionKinds } from '../../scorer.js'
import type { Circumstances, KindTable, Work } from '../kind.js'
import { gatherDistributions } from './answer-distributions.js'
import { gatherReading } from './reading.js'
import { gatherUnconditional } from './unconditional.js'

/** Characters of a token that has yet to be decoded, for what reading it again costs. */
const CHARS_PER_TOKEN = 4

/** Evidence from the whole next-token distribution of the answer. */
export const distributionKinds: KindTable<keyof DistributionKinds> = {
  'answer.top_two': {
    restsOn: () => ['answer.logprobs'],
    work: (circumstances) => (isOwn(circumstances) ? { alternatives: 2 } : {}),
    gather: ({ get }) => get('answer.logprobs')
  },
  'answer.distributions': {
    restsOn: () => ['answer.logprobs'],
    work: (circumstances) => (isOwn(circumstances) ? { distributions: true } : {}),
    gather: ({ input, get }) => gatherDistributions(input, () => get('answer.logprobs'))
  },
  'answer.unconditional': {
    restsOn: () => ['answer.logprobs'],
    work: (circumstances) => (isOwn(circumstances) ? { promptChars: answerChars(circumstances) } : {}),
    gather: ({ input, get, ask }) => gatherUnconditional(input, () => get('answer.logprobs'), ask)
  },
  'answer.reading': {
    restsOn: () => ['answer.distributions'],
    work: readingWork,
    gather: ({ input, get, ask }) => gatherReading(input, () => get('answer.distributions'), ask)
  }
}

/** Whether the named model decodes the answer, or reads it because it came without log-probabilities. */
function isOwn({ supply, asksModel }: Circumstances): boolean {
  return asksModel && (supply.answer === null || supply.answer.alignment === 'none')
}

function answerChars({ supply, maxTokens }: Circumstances): number {
  return supply.answer?.generation.text.length ?? maxTokens * CHARS_PER_TOKEN
}

/** A text that nobody else reads; with a conversation and without log-probabilities it is read anyway. */
function readingWork({ supply, fills }: Circumstances): Work {
  const text = supply.answer?.generation.text ?? ''
  return fills && text !== '' ? { forcedTexts: [text], distributions: true } : {}
}
