/** What takes a request from its plan to its result, on an engine and behind its gates. */
import type { Admission, Release } from '../engine/admission.js'
import { systemClock } from '../engine/clock.js'
import { Asker } from '../evidence/asker.js'
import { departure } from './deadline.js'
import type { Stages } from './job.js'
import type { Plan, PlanDependencies } from './plan.js'
import { createRunner, type RunnerDependencies } from './runner.js'
import { unasked } from './unasked.js'

export interface ScoringDependencies extends PlanDependencies, RunnerDependencies {
  readonly admission: Pick<Admission, 'acquire'>
  /** The gate for requests whose language model is an upstream, which waits rather than computes. */
  readonly remoteAdmission?: Pick<Admission, 'acquire'>
}

/** The signal of requests that ask no model: they are over before anything could be called off. */
export const NEVER = new AbortController().signal

/** Every stage but planning. */
export function createStages(dependencies: ScoringDependencies): Omit<Stages, 'plan'> {
  const { engine, clock = systemClock } = dependencies
  const now = (): number => clock.now()
  const run = createRunner(dependencies)
  return {
    now,
    run,
    enter: gateKeeper(dependencies),
    asker: (signal) => new Asker(engine, signal, now),
    nobody: (why) => new Asker(unasked(engine, why), NEVER, now),
    bounded(job, deadline) {
      const { plan, ask, queueMs } = job
      const waitsFor = () => (plan.isRemote && ask.isWaiting ? plan.model : null)
      deadline.limit(Math.max(1, plan.deadlineMs - queueMs), waitsFor)
      return deadline.bound(() => run(job))
    }
  }
}

/** Gives out places among the running requests, before the embedded models or before upstreams. */
function gateKeeper({ admission, remoteAdmission = admission }: ScoringDependencies): Stages['enter'] {
  return async ({ isRemote, costMs, deadlineMs }: Plan, signal: AbortSignal): Promise<Release> => {
    try {
      return await (isRemote ? remoteAdmission : admission).acquire({ signal, costMs, deadlineMs })
    } catch (error) {
      throw signal.aborted ? departure(error) : error
    }
  }
}
