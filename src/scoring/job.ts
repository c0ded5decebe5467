/** One request on its way, and how it gets there. */
import type { Release } from '../engine/admission.js'
import type { Asker } from '../evidence/asker.js'
import type { Drawing } from '../evidence/evidence.js'
import type { ScoreRequest } from '../schemas/score.js'
import type { ScoreResult } from '../schemas/score-result.js'
import type { Deadline } from './deadline.js'
import type { Plan } from './plan.js'
import type { Why } from './unasked.js'

/** What was planned, who is asked, and since when. */
export interface Job {
  readonly request: ScoreRequest
  readonly plan: Plan
  readonly ask: Asker
  readonly drawing: Drawing | null
  readonly startedMs: number
  readonly queueMs: number
  readonly requireEvidence: boolean
  /** Who asked before, where `ask` asks nobody: what that cost is told. */
  readonly spent?: Asker
}

/** What takes a request from its plan to its result. */
export interface Stages {
  plan(request: ScoreRequest): Promise<Plan>
  /** A place among the running requests. Throws as the gate does, or the reason of the signal. */
  enter(plan: Plan, signal: AbortSignal): Promise<Release>
  run(job: Job): Promise<ScoreResult>
  /** The same, until the deadline of its plan. */
  bounded(job: Job, deadline: Deadline): Promise<ScoreResult>
  asker(signal: AbortSignal): Asker
  /** One whose every question is refused. */
  nobody(why: Why): Asker
  now(): number
}
