/** The use case: a request becomes a plan, the plan gathers evidence, scorers run on it, a policy judges. */
import { randomUUID } from 'node:crypto'
import type { Admission, Release } from '../engine/admission.js'
import { systemClock, type Clock } from '../engine/clock.js'
import { QualmError } from '../errors.js'
import { Asker } from '../evidence/asker.js'
import { Evidence } from '../evidence/evidence.js'
import type { ScoreRequest } from '../schemas/score.js'
import type { ScoreResult } from '../schemas/score-result.js'
import { confide } from './confidence.js'
import { Deadline, departure } from './deadline.js'
import { collectFacts } from './facts.js'
import { calibrationSide, judge } from './judgement.js'
import { scoreParts } from './levels.js'
import { memberScores } from './member-scores.js'
import { createPlan, type Plan, type PlanDependencies } from './plan.js'
import type { ReferenceRanks } from './reference-ranks.js'
import { respond } from './respond.js'
import { Results, type Outcome } from './results.js'
import { collectWarnings } from './warnings.js'

/** Who asks, and whether somebody still waits for the answer. */
export interface ScoreContext {
  readonly signal: AbortSignal
  readonly requestId: string
}

export interface Scoring {
  /**
   * Scores one answer. The request has passed its schema. Throws a `QualmError` with a documented code; nothing else
   * in flight is disturbed.
   */
  score(request: ScoreRequest, context: ScoreContext): Promise<ScoreResult>
}

export interface ScoringDependencies extends PlanDependencies {
  readonly admission: Pick<Admission, 'acquire'>
  /** Reference answers for the members of ensembles. */
  readonly ranks: ReferenceRanks
  readonly clock?: Clock
  /** Milliseconds since the epoch. */
  readonly wallClock?: () => number
}

/** The signal of requests that ask no model: they are over before anything could be called off. */
const NEVER = new AbortController().signal

/** Builds the use case on an engine, a set of scorers, stored policies and the gate before the models. */
export function createScoring(dependencies: ScoringDependencies): Scoring {
  const { engine, admission, ranks, clock = systemClock, wallClock = Date.now } = dependencies

  /** A place among the running requests. */
  const enter = async (plan: Plan, context: ScoreContext): Promise<Release> => {
    const { costMs, deadlineMs } = plan
    try {
      return await admission.acquire({ signal: context.signal, costMs, deadlineMs })
    } catch (error) {
      throw context.signal.aborted ? departure(error) : error
    }
  }

  const run = async (request: ScoreRequest, plan: Plan, signal: AbortSignal, startedMs: number, queueMs: number) => {
    const ask = new Asker(engine, signal, () => clock.now())
    const evidence: Evidence = new Evidence(plan.input, ask, {
      conformal: () => calibrationSide(plan, results, evidence),
      scores: (wanted) => memberScores(plan, wanted, results, ranks)
    })
    const results = new Results(evidence)
    const [outcomes, decision, { confidence, warnings }] = await Promise.all([
      Promise.all(plan.runs.map((one) => results.of(one))),
      judge(plan, results, evidence),
      confide(plan, results)
    ])
    const facts = await collectFacts(plan, evidence)
    const levels = request.levels ?? []
    const text = facts.answer?.generation.text ?? null
    const parts = levels.length === 0 ? null : await scoreParts({ levels, text, plan, evidence, results })
    await ask.settled()
    requireEvidence(plan, outcomes, decision?.reason === undefined ? decision : null)
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
      usage: ask.usage(),
      queueMs,
      totalMs: clock.now() - startedMs
    })
  }

  return {
    async score(request, context) {
      const startedMs = clock.now()
      const plan = await createPlan(request, dependencies)
      if (!plan.asksModels) return run(request, plan, NEVER, startedMs, 0)
      const release = await enter(plan, context)
      const queueMs = clock.now() - startedMs
      const deadline = new Deadline(context.signal, Math.max(1, plan.deadlineMs - queueMs), clock)
      try {
        return await deadline.bound(() => run(request, plan, deadline.signal, startedMs, queueMs))
      } finally {
        deadline.stop()
        release()
      }
    }
  }
}

/**
 * Throws QUALM_ERR_NO_EVIDENCE with every reason unless a scorer has a value or the policy could decide;
 * QUALM_ERR_PROMPT_TOO_LONG when that is what stood in the way of one.
 */
function requireEvidence(plan: Plan, outcomes: readonly Outcome[], decision: unknown): void {
  if (decision !== null || outcomes.some(({ score }) => score.status === 'ok')) return
  const errors = plan.runs.map(({ scorer, pointer }, i) => {
    const { reason, message } = outcomes[i]!.score
    return { pointer, message: `${scorer.name}: ${reason}. ${message}` }
  })
  const tooLong = outcomes.find(({ score }) => score.reason === 'prompt_too_long')
  if (tooLong !== undefined) throw new QualmError('QUALM_ERR_PROMPT_TOO_LONG', tooLong.score.message!, { errors })
  throw new QualmError('QUALM_ERR_NO_EVIDENCE', 'None of the scorers has the evidence that it needs.', { errors })
}
