import { defineScorer, Unscorable } from '../src/scorer.js'
import { conformalPValue } from '../src/math/conformal.js'

/**
 * Conformal p-value of the answer among the policy's right answers: (1 + #{calibration ≥ uncertainty})/(n + 1). Small
 * means: hardly any right answer was this uncertain. Holds for questions drawn like those of the calibration set.
 */
export default defineScorer({
  name: 'conformal_abstention',
  summary: 'Conformal p-value: the share of right calibration answers that were at least as uncertain as this one.',
  reference: 'Vovk et al. 2005, doi 10.1007/b106715; Abbasi Yadkori et al. 2024, arXiv 2405.01563',
  needs: ['conformal'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 0, entailment_pairs: 0 },
  score({ conformal }) {
    const { calibration, uncertainty, policy, scorer, threshold, action } = conformal
    if (calibration.length === 0) {
      throw new Unscorable('no_calibration', 'The policy has no right answer to compare with.')
    }
    return {
      value: conformalPValue(calibration, uncertainty),
      detail: { policy, scorer, n: calibration.length, threshold, action }
    }
  }
})
