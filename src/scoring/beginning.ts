/** The scoring of an answer that is still to come. */
import type { Release } from '../engine/admission.js'
import type { Asker } from '../evidence/asker.js'
import type { Drawing } from '../evidence/evidence.js'
import type { ScoreRequest, SuppliedOutput } from '../schemas/score.js'
import type { ScoreResult } from '../schemas/score-result.js'
import { Answered, drawAhead, generationOf, PENDING_ANSWER, type Begun } from './begin.js'
import { blanked } from './blank.js'
import { departure, type Deadline } from './deadline.js'
import type { Job, Stages } from './job.js'
import type { Plan } from './plan.js'
import { isOutage, whyOf, type Why } from './unasked.js'

export interface BeginningOptions {
  /** With its seed and without an answer. */
  readonly request: ScoreRequest
  /** Its plan as far as it can be made. */
  readonly draft: Plan
  readonly deadline: Deadline
  /** Fires when the caller leaves. */
  readonly client: AbortSignal
  readonly requireEvidence: boolean
  /** Samples wait for it; undefined: they wait for nothing. */
  readonly after: Promise<unknown> | undefined
}

/** A place among the running requests, and what is being drawn there. */
interface Place {
  readonly release: Release
  readonly drawing: Drawing | null
}

type Ready = Pick<Job, 'request' | 'plan' | 'startedMs'>

export class Beginning implements Begun {
  readonly #options: BeginningOptions
  readonly #stages: Stages
  readonly #ask: Asker
  readonly #answered = new Answered()
  /** Null: nothing is drawn before the answer is there. */
  readonly #ahead: Promise<Place> | null

  /** Queues for a place at once where samples are to be drawn. */
  constructor(options: BeginningOptions, stages: Stages) {
    this.#options = options
    this.#stages = stages
    this.#ask = stages.asker(options.deadline.signal)
    const { draft, after } = options
    const draw = (): Promise<Place> => this.#draw()
    this.#ahead = draft.input.rows.samples === 0 ? null : after === undefined ? draw() : after.then(draw)
    this.#ahead?.catch(() => undefined)
  }

  async finish(answer: SuppliedOutput): Promise<ScoreResult> {
    const startedMs = this.#stages.now()
    try {
      this.#answered.resolve(generationOf(answer))
      const request = { ...this.#options.request, answer }
      return await this.#score({ request, plan: await this.#stages.plan(request), startedMs })
    } finally {
      this.#options.deadline.stop()
    }
  }

  async blank(why: Why): Promise<ScoreResult> {
    this.abandon()
    const request = { ...this.#options.request, answer: PENDING_ANSWER, fill: 'never' as const }
    const plan = await this.#stages.plan(request)
    return blanked(await this.#without({ request, plan, startedMs: this.#stages.now() }, why), why)
  }

  abandon(): void {
    const { deadline, client } = this.#options
    deadline.abort(departure(client.reason))
    deadline.stop()
  }

  async #draw(): Promise<Place> {
    const { draft } = this.#options
    const release = await this.#enter(draft)
    return { release, drawing: drawAhead(draft.input, this.#ask, this.#answered.promise) }
  }

  /** A place that is given back when the request ends, whoever ends it. */
  async #enter(plan: Plan): Promise<Release> {
    const { signal } = this.#options.deadline
    const release = await this.#stages.enter(plan, signal)
    if (signal.aborted) release()
    signal.throwIfAborted()
    signal.addEventListener('abort', release, { once: true })
    return release
  }

  async #score(ready: Ready): Promise<ScoreResult> {
    const { requireEvidence, client } = this.#options
    if (!ready.plan.asksModels) return this.#stages.run(this.#job(ready, null))
    try {
      return await this.#asking(ready)
    } catch (error) {
      if (requireEvidence || client.aborted || !isOutage(error)) throw error
      return await this.#without(ready, whyOf(error))
    }
  }

  /** With the models, in a place, until the deadline. */
  async #asking(ready: Ready): Promise<ScoreResult> {
    const { deadline } = this.#options
    const { bounded, now } = this.#stages
    const { release, drawing } = await (this.#ahead ?? this.#place(ready.plan))
    const job = { ...this.#job(ready, drawing), queueMs: now() - ready.startedMs }
    return bounded(job, deadline).finally(release)
  }

  async #place(plan: Plan): Promise<Place> {
    return { release: await this.#enter(plan), drawing: null }
  }

  /** With nobody to ask: what needs a model says why it has no value. */
  #without(ready: Ready, why: Why): Promise<ScoreResult> {
    const { run, nobody } = this.#stages
    return run({ ...this.#job(ready, null), ask: nobody(why), spent: this.#ask, requireEvidence: false })
  }

  #job(ready: Ready, drawing: Drawing | null): Job {
    const { requireEvidence } = this.#options
    return { ...ready, ask: this.#ask, drawing, queueMs: 0, requireEvidence }
  }
}
