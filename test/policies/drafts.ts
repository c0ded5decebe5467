import type { StoredPolicy } from '../../src/policies/policy.js'

type Draft = Omit<StoredPolicy, 'version'>

/** A draft of a policy; whatever a test cares about is given. */
export function draft(changes: Partial<Draft> = {}): Draft {
  const objective = { kind: 'selective_error', target: 0.1, level: 0.9 } as const
  return {
    name: 'support-bot',
    scorer: 'g_nll',
    direction: 'higher_is_more_uncertain',
    options: {},
    model: null,
    objective,
    actions: { below: 'accept', between: 'review', above: 'abstain' },
    threshold: 0.1 + 0.2,
    guarantee: { ...objective, method: 'learn_then_test', n: 40, valid: true },
    answeredShare: 0.5,
    report: {
      n: 40,
      unscored: 0,
      right: 30,
      errorRate: 0.25,
      accepted: 20,
      errorOnAccepted: 0.05,
      pValue: 0.09,
      auroc: 0.8,
      auprc: 0.6,
      aurc: 0.1,
      auarc: 0.9,
      prr: 0.5
    },
    binding: 'unknown',
    warnings: [],
    createdMs: 1_795_305_600_123,
    calibration: [0.1, 0.2, 1 / 3],
    ...changes
  }
}
