/** The use case: a request becomes a plan, the plan gathers evidence, scorers run on it, a policy judges. */
import { systemClock } from '../engine/clock.js'
import type { ScoreRequest } from '../schemas/score.js'
import type { ScoreResult } from '../schemas/score-result.js'
import { PENDING_ANSWER, type BeginOptions, type Begun } from './begin.js'
import { Beginning } from './beginning.js'
import { Deadline } from './deadline.js'
import type { Stages } from './job.js'
import { createPlan } from './plan.js'
import { seedOf } from './seed.js'
import { createStages, NEVER, type ScoringDependencies } from './stages.js'
import type { Why } from './unasked.js'

export type { Begun, BeginOptions } from './begin.js'
export type { ScoringDependencies } from './stages.js'

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

/** Builds the use case on an engine, a set of scorers, stored policies and the gates before the models. */
export function createScoring(dependencies: ScoringDependencies): Scoring {
  const { clock = systemClock } = dependencies
  const stages = createStages(dependencies)
  return {
    score: (request, context) => scoreAtOnce(request, context, dependencies, stages),
    async begin(request, { signal }, { chatBody = null, requireEvidence = true, after } = {}) {
      const startedMs = stages.now()
      const seeded = { ...request, seed: seedOf(request) }
      const plan = (full: ScoreRequest) => createPlan(full, dependencies, chatBody)
      const draft = await plan({ ...seeded, answer: PENDING_ANSWER })
      const deadline = new Deadline(signal, clock)
      const options = { request: seeded, draft, startedMs, deadline, client: signal, requireEvidence, after }
      return new Beginning(options, { ...stages, plan })
    }
  }
}

async function scoreAtOnce(
  request: ScoreRequest,
  { signal }: ScoreContext,
  dependencies: ScoringDependencies,
  { enter, run, bounded, asker, now }: Omit<Stages, 'plan'>
): Promise<ScoreResult> {
  const startedMs = now()
  const plan = await createPlan(request, dependencies)
  const job = { request, plan, drawing: null, startedMs, requireEvidence: true }
  if (!plan.asksModels) return run({ ...job, ask: asker(NEVER), queueMs: 0 })
  const release = await enter(plan, signal)
  const deadline = new Deadline(signal, dependencies.clock ?? systemClock)
  try {
    return await bounded({ ...job, ask: asker(deadline.signal), queueMs: now() - startedMs }, deadline)
  } finally {
    deadline.stop()
    release()
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
