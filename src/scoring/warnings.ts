/** Conditions of the whole request that a reader must know; scorers add those of their own method. */
import type { Evidence } from '../evidence/evidence.js'
import type { ScoreRequest } from '../schemas/score.js'
import { fieldsReadBy } from '../evidence/kinds.js'
import type { Warning } from '../scorer.js'
import { cannotStop } from './adaptive.js'
import { areDegenerate } from './degenerate.js'
import type { Facts } from './facts.js'
import type { Plan } from './plan.js'
import { FEW_SAMPLES } from './presets.js'

/** Fields of the body that only some evidence reads; a supplied one that nothing reads is told, not passed over. */
const OPTIONAL_FIELDS = [
  'samples',
  'verbalized',
  'evidence.entailment',
  'evidence.answer_entailment',
  'evidence.similarity',
  'choices',
  'context'
] as const

/** Warnings of a request; one per code. */
export function collectWarnings(
  request: ScoreRequest,
  plan: Plan,
  facts: Facts,
  evidence: Evidence,
  fromScorers: readonly Warning[]
): Warning[] {
  const all = [
    ...answerWarnings(plan, facts),
    ...sampleWarnings(plan, facts),
    ...drawingWarnings(plan, facts, evidence.samplesAsked),
    ...comparisonWarnings(evidence),
    ...policyWarnings(plan),
    ...unusedWarnings(request, plan),
    ...fromScorers
  ]
  return [...new Map(all.toReversed().map((warning) => [warning.code, warning])).values()].toReversed()
}

function answerWarnings({ input }: Plan, { answer }: Facts): readonly Warning[] {
  const warnings: Warning[] = []
  if (answer?.generation.finishReason === 'length') {
    warnings.push({ code: 'truncated', message: 'The answer was cut: scores of its tokens cover a prefix of it.' })
  }
  if (input.answer?.firstUnscored === true) {
    const message = 'The first token has no log-probability; sums leave it out.'
    warnings.push({ code: 'first_token_unscored', message })
  }
  return warnings
}

function sampleWarnings(plan: Plan, facts: Facts): readonly Warning[] {
  const count = facts.samples?.length ?? 0
  const warnings: Warning[] = []
  if (count > 0 && count < FEW_SAMPLES) {
    warnings.push({ code: 'few_samples', message: `${count} samples; measures of agreement among so few are coarse.` })
  }
  if (areDegenerate(plan, facts.samples?.map(({ generation }) => generation) ?? [])) {
    warnings.push({
      code: 'degenerate_samples',
      message: 'All samples are the same text. If they were not drawn independently, they say nothing of certainty.'
    })
  }
  return warnings
}

/** What became of samples that Qualm drew: `asked` of them were asked for. */
function drawingWarnings(plan: Plan, { samples }: Facts, asked: number): readonly Warning[] {
  if (plan.input.samples !== null || plan.input.rows.samples === 0) return []
  return [...lostWarnings(samples?.length ?? null, asked), ...adaptiveWarnings(plan, asked)]
}

function lostWarnings(received: number | null, asked: number): readonly Warning[] {
  if (received === null || received >= asked) return []
  const message = `The upstream gave ${received} of ${asked} samples: scores do not compare with those of all.`
  return [{ code: 'fewer_samples', message }]
}

function adaptiveWarnings({ input: { adaptive, rows }, judged }: Plan, asked: number): readonly Warning[] {
  if (adaptive === null) return []
  const problem = cannotStop(adaptive, judged)
  if (problem !== null)
    return [{ code: 'adaptive_not_possible', message: `The rule decision never stops: ${problem}.` }]
  if (asked === 0 || asked === rows.samples) return []
  const message =
    `Sampling stopped after ${asked} of ${rows.samples} samples: scores of samples do not compare with those of ` +
    'a fixed number, unless both were calibrated together.'
  return [{ code: 'stopped_early', message }]
}

function comparisonWarnings({ comparisons }: Evidence): readonly Warning[] {
  if (comparisons.truncated === 0) return []
  const message = `${comparisons.truncated} comparisons were longer than the entailment model reads, and were cut.`
  return [{ code: 'comparison_truncated', message }]
}

function policyWarnings({ judged }: Plan): readonly Warning[] {
  if (judged?.policy.binding === 'unknown') {
    const message = 'The policy was made from raw scores: whether its guarantee holds for this model is not known.'
    return [{ code: 'binding_unknown', message }]
  }
  if (judged === null || judged.problem === null) return []
  return [{ code: 'policy_binding', message: `The guarantee does not hold: ${judged.problem}.` }]
}

function unusedWarnings(request: ScoreRequest, { runs, judged, members }: Plan): readonly Warning[] {
  const all = [...runs, ...(judged === null ? [] : [judged.run]), ...members]
  const read = new Set(all.flatMap((run) => [...fieldsReadBy(run.scorer.needs, run.parameters)]))
  const supplied = new Set([
    ...Object.keys(request),
    ...Object.keys(request.evidence ?? {}).map((key) => `evidence.${key}`)
  ])
  const unused = OPTIONAL_FIELDS.filter((field) => supplied.has(field) && !read.has(field))
  if (unused.length === 0) return []
  return [{ code: 'unused_evidence', message: `No scorer of this request reads: ${unused.join(', ')}.` }]
}
