import { DEFAULT_RULE } from '../../math/clusters.js'
import type { ComparisonKinds, EvidenceParameters } from '../../scorer.js'
import type { KindTable } from '../kind.js'
import { affinityAsked, gatherAffinity } from './affinity.js'
import { gatherClusters } from './clusters.js'
import { gatherAnswerEntailment, gatherEntailment } from './entailment.js'
import { gatherLinked, LINKING_RULES } from './linked.js'
import { worstAnswerPairs, worstSamplePairs } from './worst-pairs.js'

const isIncluded = ({ samples }: EvidenceParameters): boolean => samples?.includeAnswer ?? false
const ruleOf = ({ clusters }: EvidenceParameters) => clusters?.rule ?? DEFAULT_RULE
const isReferenceUsed = ({ reference }: EvidenceParameters): boolean => reference?.used ?? false

/** Evidence that compares texts with each other. */
export const comparisonKinds: KindTable<keyof ComparisonKinds> = {
  clusters: {
    restsOn: () => ['question', 'samples'],
    work: (circumstances, parameters) => ({ samplePairs: worstSamplePairs(circumstances, isIncluded(parameters)) }),
    reads: ['evidence.entailment', 'evidence.answer_entailment'],
    roles: ['entailment'],
    key: (parameters) => `${ruleOf(parameters)}:${isIncluded(parameters)}`,
    async gather(sources, parameters) {
      const [answerIncluded, rule] = [isIncluded(parameters), ruleOf(parameters)]
      const samples = sources.sampleStream(answerIncluded)
      const clusters = LINKING_RULES.has(rule)
        ? await gatherLinked(samples, rule, sources)
        : await gatherClusters(samples, sources.comparisons, rule)
      return answerIncluded ? { ...clusters, answerIncluded } : clusters
    }
  },
  entailment: {
    restsOn: () => ['question', 'samples'],
    work: (circumstances) => ({ samplePairs: worstSamplePairs(circumstances, false) }),
    reads: ['evidence.entailment'],
    roles: ['entailment'],
    async gather(sources) {
      const samples = await sources.get('samples')
      return gatherEntailment(
        samples.map(({ text }) => text),
        sources
      )
    }
  },
  'answer.entailment': {
    restsOn: () => ['question', 'answer', 'samples'],
    work: (circumstances) => ({ pairs: worstAnswerPairs(circumstances) }),
    reads: ['evidence.answer_entailment'],
    roles: ['entailment'],
    async gather(sources) {
      const [answer, samples] = await Promise.all([sources.get('answer'), sources.get('samples')])
      return gatherAnswerEntailment(answer, samples, sources)
    }
  },
  affinity: {
    restsOn: (parameters) => [affinityAsked(parameters).of === 'jaccard' ? 'samples' : 'entailment'],
    key(parameters) {
      const { of, temperature } = affinityAsked(parameters)
      return of === 'jaccard' ? of : `${of}:${temperature}`
    },
    gather: ({ get }, parameters) => gatherAffinity(get, parameters)
  },
  reference: {
    restsOn: (parameters) => (isReferenceUsed(parameters) ? ['answer'] : []),
    gather: async ({ get }, parameters) => (isReferenceUsed(parameters) ? get('answer') : null)
  }
}
