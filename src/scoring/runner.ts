/** From a planned job to its result. */
import { randomUUID } from 'node:crypto'
import { systemClock, type Clock } from '../engine/clock.js'
import { QualmError } from '../errors.js'
import { Evidence } from '../evidence/evidence.js'
import type { ScoreResult } from '../schemas/score-result.js'
import { confide } from './confidence.js'
import { collectFacts } from './facts.js'
import type { Job } from './job.js'
import { calibrationSide, judge } from './judgement.js'
import { scoreParts } from './levels.js'
import { memberScores } from './member-scores.js'
import type { Plan } from './plan.js'
import type { ReferenceRanks } from './reference-ranks.js'
import { respond } from './respond.js'
import { Results, type Outcome } from './results.js'
import { collectWarnings } from './warnings.js'

export interface RunnerDependencies {
  /** Reference answers for the members of ensembles. */
  readonly ranks: ReferenceRanks
  readonly clock?: Clock
  /** Milliseconds since the epoch. */
  readonly wallClock?: () => number
}

/** What runs a planned job: scorers on evidence, policy, calibration, report. Throws as `Scoring.score` does. */
export function createRunner({ ranks, clock = systemClock, wallClock = Date.now }: RunnerDependencies) {
  return async (job: Job): Promise<ScoreResult> => {
    const { request, plan, ask, spent = ask, drawing, startedMs, queueMs, requireEvidence: required } = job
    const peers = {
      conformal: () => calibrationSide(plan, results, evidence),
      scores: (wanted: Parameters<typeof memberScores>[1]) => memberScores(plan, wanted, results, ranks)
    }
    const evidence: Evidence = new Evidence(plan.input, ask, peers, drawing)
    const results = new Results(evidence)
    const [outcomes, decision, { confidence, warnings }] = await Promise.all([
      Promise.all(plan.runs.map((one) => results.of(one))),
      judge(plan, results, evidence),
      confide(plan, results, evidence)
    ])
    const facts = await collectFacts(plan, evidence)
    const levels = request.levels ?? []
    const text = facts.answer?.generation.text ?? null
    const parts = levels.length === 0 ? null : await scoreParts({ levels, text, plan, evidence, results })
    await ask.settled()
    if (required) requireEvidence(plan, outcomes, decision?.reason === undefined ? decision : null)
    const fromScorers = [...warnings, ...outcomes.flatMap((outcome) => outcome.warnings), ...(parts?.warnings ?? [])]
    return respond({
      id: `score_${randomUUID().replaceAll('-', '')}`,
      createdMs: wallClock(),
      request,
      plan,
      outcomes,
      decision,
      confidence,
      facts,
      parts: parts?.parts ?? null,
      evidence,
      warnings: collectWarnings(request, plan, facts, evidence, fromScorers),
      usage: spent.usage(),
      queueMs,
      totalMs: clock.now() - startedMs
    })
  }
}

/**
 * Throws QUALM_ERR_NO_EVIDENCE with every reason unless a scorer has a value or the policy could decide;
 * QUALM_ERR_PROMPT_TOO_LONG, or the failure of the upstream, when that is what stood in the way of one.
 */
function requireEvidence(plan: Plan, outcomes: readonly Outcome[], decision: unknown): void {
  if (decision !== null || outcomes.some(({ score }) => score.status === 'ok')) return
  const errors = plan.runs.map(({ scorer, pointer }, i) => {
    const { reason, message } = outcomes[i]!.score
    return { pointer, message: `${scorer.name}: ${reason}. ${message}` }
  })
  const failure = outcomes.find(({ cause }) => cause?.code.startsWith('QUALM_ERR_UPSTREAM'))?.cause
  if (failure !== undefined) throw failure
  const tooLong = outcomes.find(({ score }) => score.reason === 'prompt_too_long')
  if (tooLong !== undefined) throw new QualmError('QUALM_ERR_PROMPT_TOO_LONG', tooLong.score.message!, { errors })
  throw new QualmError('QUALM_ERR_NO_EVIDENCE', 'None of the scorers has the evidence that it needs.', { errors })
}
