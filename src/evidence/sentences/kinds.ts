import type { SentencesKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'
import { gatherGroundedness } from './groundedness.js'
import { judgeSentences } from './judged.js'
import { answerSentencesWork, groundednessWork, samplesSentencesWork } from './work.js'

/** Evidence about the sentences of a text. */
export const sentencesKinds: KindTable<keyof SentencesKinds> = {
  'answer.sentences': {
    restsOn: () => ['question', 'answer', 'samples'],
    work: answerSentencesWork,
    reads: ['evidence.answer_entailment'],
    roles: ['entailment'],
    async gather(sources) {
      const [answer, samples] = await Promise.all([sources.get('answer'), sources.get('samples')])
      const texts = [...samples, answer].map(({ text }) => text)
      return (await judgeSentences([samples.length], texts, samples.length, sources))[0]!
    }
  },
  'samples.sentences': {
    restsOn: () => ['question', 'samples'],
    work: samplesSentencesWork,
    reads: ['evidence.entailment'],
    roles: ['entailment'],
    async gather(sources) {
      const texts = (await sources.get('samples')).map(({ text }) => text)
      return judgeSentences([...texts.keys()], texts, texts.length, sources)
    }
  },
  groundedness: {
    restsOn: () => ['question', 'answer'],
    work: groundednessWork,
    reads: ['context'],
    roles: ['entailment'],
    gather: (sources) => gatherGroundedness(sources.input.context, () => sources.get('answer'), sources)
  }
}
