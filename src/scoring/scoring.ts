/** The use case: a request becomes a plan, the plan gathers evidence, scorers run on it, a policy judges. */
import { randomUUID } from 'node:crypto'
import type { Admission, Release } from '../engine/admission.js'
import { systemClock, type Clock } from '../engine/clock.js'
import { QualmError } from '../errors.js'
import { Asker } from '../evidence/asker.js'
import { Evidence } from '../evidence/evidence.js'
import type { ScoreRequest } from '../schemas/score.js'
import type { ScoreResult } from '../schemas/score-result.js'
import { PENDING_ANSWER, type BeginOptions, type Begun } from './begin.js'
import { Beginning } from './beginning.js'
import { confide } from './confidence.js'
import { Deadline, departure } from './deadline.js'
import { collectFacts } from './facts.js'
import { calibrationSide, judge } from './judgement.js'
import type { Job } from './job.js'
import { scoreParts } from './levels.js'
import { memberScores } from './member-scores.js'
import { createPlan, type Plan, type PlanDependencies } from './plan.js'
import type { ReferenceRanks } from './reference-ranks.js'
import { respond } from './respond.js'
import { Results, type Outcome } from './results.js'
import { seedOf } from './seed.js'
import { unasked, type Why } from './unasked.js'
import { collectWarnings } from './warnings.js'

export type { Begun, BeginOptions } from './begin.js'

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
  /**
   * Plans the scoring of an answer that is still to come, and begins to draw what it is compared with, as soon as there
   * is a place: nobody waits for it here. `request` has no answer. Throws as `score` does for what is wrong with it.
   */
  begin(request: ScoreRequest, context: ScoreContext, options?: BeginOptions): Promise<Begun>
}

export interface ScoringDependencies extends PlanDependencies {
  readonly admission: Pick<Admission, 'acquire'>
  /** The gate for requests whose language model is an upstream, which waits rather than computes. */
  readonly remoteAdmission?: Pick<Admission, 'acquire'>
  /** Reference answers for the members of ensembles. */
  readonly ranks: ReferenceRanks
  readonly clock?: Clock
  /** Milliseconds since the epoch. */
  readonly wallClock?: () => number
}

/** The signal of requests that ask no model: they are over before anything could be called off. */
const NEVER = new AbortController().signal

/** Builds the use case on an engine, a set of scorers, stored policies and the gates before the models. */
export function createScoring(dependencies: ScoringDependencies): Scoring {
  const { engine, admission, remoteAdmission = admission, clock = systemClock } = dependencies
  const run = runner(dependencies)
  const asker = (signal: AbortSignal) => new Asker(engine, signal, () => clock.now())
  const nobody = (why: Why) => new Asker(unasked(engine, why), NEVER, () => clock.now())
  const gateOf = ({ isRemote }: Plan) => (isRemote ? remoteAdmission : admission)

  /** A place among the running requests. */
  const enter = async (plan: Plan, signal: AbortSignal): Promise<Release> => {
    const { costMs, deadlineMs } = plan
    try {
      return await gateOf(plan).acquire({ signal, costMs, deadlineMs })
    } catch (error) {
      throw signal.aborted ? departure(error) : error
    }
  }

  /** Runs a job that has its place, until its deadline. */
  const bounded = (job: Job, deadline: Deadline): Promise<ScoreResult> => {
    const { plan, ask, queueMs } = job
    const waitsFor = () => (plan.isRemote && ask.isWaiting ? plan.model : null)
    deadline.limit(Math.max(1, plan.deadlineMs - queueMs), waitsFor)
    return deadline.bound(() => run(job))
  }

  return {
    async score(request, context) {
      const startedMs = clock.now()
      const plan = await createPlan(request, dependencies)
      const job = { request, plan, drawing: null, startedMs, requireEvidence: true }
      if (!plan.asksModels) return run({ ...job, ask: asker(NEVER), queueMs: 0 })
      const release = await enter(plan, context.signal)
      const deadline = new Deadline(context.signal, clock)
      try {
        return await bounded({ ...job, ask: asker(deadline.signal), queueMs: clock.now() - startedMs }, deadline)
      } finally {
        deadline.stop()
        release()
      }
    },

    async begin(request, context, { chatBody = null, requireEvidence = true, after } = {}) {
      const startedMs = clock.now()
      const seeded = { ...request, seed: seedOf(request) }
      const plan = (full: ScoreRequest) => createPlan(full, dependencies, chatBody)
      const draft = await plan({ ...seeded, answer: PENDING_ANSWER })
      const deadline = new Deadline(context.signal, clock)
      const options = { request: seeded, draft, startedMs, deadline, client: context.signal, requireEvidence, after }
      return new Beginning(options, { plan, enter, run, bounded, asker, nobody, now: () => clock.now() })
    }
  }
}

/** The same scoring; `change` sees every result before it is given, and why nothing was measured where that is so. */
export function withEachResult(
  scoring: Scoring,
  change: (request: ScoreRequest, result: ScoreResult, blank: Why | null) => ScoreResult
): Scoring {
  return {
    score: async (request, context) => change(request, await scoring.score(request, context), null),
    async begin(request, context, options) {
      const begun = await scoring.begin(request, context, options)
      return {
        finish: async (answer) => change(request, await begun.finish(answer), null),
        blank: async (why) => change(request, await begun.blank(why), why),
        abandon: () => begun.abandon()
      }
    }
  }
}

/** What runs a planned job: scorers on evidence, policy, calibration, report. */
function runner({ ranks, clock = systemClock, wallClock = Date.now }: ScoringDependencies) {
  return async ({ request, plan, ask, spent = ask, drawing, startedMs, queueMs, requireEvidence: required }: Job) => {
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
