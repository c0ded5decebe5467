import { DEFAULT_RULE } from '../../math/clusters.js'
import type { ComparisonKinds, EvidenceParameters } from '../../scorer.js'
import type { KindTable } from '../kind.js'
import { gatherClusters } from './clusters.js'
import { worstSamplePairs } from './worst-pairs.js'

const isIncluded = ({ samples }: EvidenceParameters): boolean => samples?.includeAnswer ?? false
const ruleOf = ({ clusters }: EvidenceParameters) => clusters?.rule ?? DEFAULT_RULE

/** Evidence that compares texts with each other. */
export const comparisonKinds: KindTable<keyof ComparisonKinds> = {
  clusters: {
    restsOn: () => ['question', 'samples'],
    work: (circumstances, parameters) => ({ samplePairs: worstSamplePairs(circumstances, isIncluded(parameters)) }),
    reads: ['evidence.entailment', 'evidence.answer_entailment'],
    roles: ['entailment'],
    key: (parameters) => `${ruleOf(parameters)}:${isIncluded(parameters)}`,
    async gather({ sampleStream, comparisons }, parameters) {
      const answerIncluded = isIncluded(parameters)
      const clusters = await gatherClusters(sampleStream(answerIncluded), comparisons, ruleOf(parameters))
      return answerIncluded ? { ...clusters, answerIncluded } : clusters
    }
  }
}
