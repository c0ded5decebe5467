/** The scoring of an answer that is still to come. */
import type { Release } from '../engine/admission.js'
import type { Asker } from '../evidence/asker.js'
import type { Drawing } from '../evidence/evidence.js'
import type { ScoreRequest, SuppliedOutput } from '../schemas/score.js'
import type { ScoreResult } from '../schemas/score-result.js'
import type { Generation } from '../scorer.js'
import { Answered, drawAhead, generationOf, PENDING_ANSWER, withComparisonsBy, type Begun } from './begin.js'
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
  readonly startedMs: number
  readonly deadline: Deadline
  /** Fires when the caller leaves. */
  readonly client: AbortSignal
  readonly requireEvidence: boolean
  /** Samples wait for it; undefined: they wait for nothing. */
  readonly after: Promise<unknown> | undefined
}

type Ready = Pick<Job, 'request' | 'plan' | 'startedMs'>

/** A place among the running requests is held while a model is asked, not while the answer is waited for. */
export class Beginning implements Begun {
  readonly #options: BeginningOptions
  readonly #stages: Stages
  readonly #ask: Asker
  readonly #answered = new Answered()
  /** Null: nothing is drawn before the answer is there. */
  readonly #ahead: Promise<Drawing> | null
  /** The place that is held. */
  #place: Release | null = null
  #hasDrawn = false
  /** What was drawn to its end without a failure. */
  #drawn: Drawing | null = null
  #isAnswered = false

  /** Queues for a place at once where samples are to be drawn. */
  constructor(options: BeginningOptions, stages: Stages) {
    this.#options = options
    this.#stages = stages
    this.#ask = stages.asker(options.deadline.signal)
    const { draft, after } = options
    const draw = (): Promise<Drawing> => this.#draw()
    this.#ahead = draft.input.rows.samples === 0 ? null : after === undefined ? draw() : after.then(draw)
    this.#ahead?.catch(() => undefined)
  }

  async finish(answer: SuppliedOutput): Promise<ScoreResult> {
    this.#isAnswered = true
    try {
      const generation = generationOf(answer)
      const ready = await this.#ready({ ...this.#options.request, answer })
      return await this.#score(ready, generation)
    } finally {
      this.#options.deadline.stop()
    }
  }

  async blank(why: Why): Promise<ScoreResult> {
    this.abandon()
    const request = { ...this.#options.request, answer: PENDING_ANSWER, fill: 'never' as const }
    return blanked(await this.#without(await this.#ready(request), why), why)
  }

  abandon(): void {
    const { deadline, client } = this.#options
    deadline.abort(departure(client.reason))
    deadline.stop()
  }

  async #ready(request: ScoreRequest): Promise<Ready> {
    return { request, plan: await this.#stages.plan(request), startedMs: this.#options.startedMs }
  }

  async #draw(): Promise<Drawing> {
    const { draft } = this.#options
    await this.#enter(draft)
    const drawing = drawAhead(draft.input, this.#ask, () => this.#untilAnswered())
    void drawing.rows.drawn.then((isWhole) => {
      this.#hasDrawn = true
      this.#drawn = isWhole ? drawing : null
      this.#pause()
    })
    return drawing
  }

  /** For a stopping rule that wants to see the answer before it asks for more. */
  #untilAnswered(): Promise<Generation> {
    this.#pause()
    return this.#answered.promise
  }

  /** Takes a place, which is given back when the request ends, whoever ends it. */
  async #enter(plan: Plan): Promise<void> {
    const { signal } = this.#options.deadline
    const release = await this.#stages.enter(plan, signal)
    if (signal.aborted) release()
    signal.throwIfAborted()
    signal.addEventListener('abort', release, { once: true })
    this.#place = release
  }

  /** Gives the place back while nobody is asked and the answer is still to come. */
  #pause(): void {
    if (this.#isAnswered) return
    this.#place?.()
    this.#place = null
  }

  async #score(ready: Ready, answer: Generation): Promise<ScoreResult> {
    const { requireEvidence, client } = this.#options
    if (!ready.plan.asksModels) return this.#stages.run(this.#job(ready, null))
    try {
      return await this.#asking(ready, answer)
    } catch (error) {
      if (requireEvidence || client.aborted || !isOutage(error)) throw error
      return await this.#without(ready, whyOf(error))
    }
  }

  /** With the models, in a place, until the deadline. */
  async #asking(ready: Ready, answer: Generation): Promise<ScoreResult> {
    const { bounded, now } = this.#stages
    const sinceMs = now()
    const drawing = await this.#ahead
    await this.#resume(ready.plan)
    this.#answered.resolve(answer)
    return bounded({ ...this.#job(ready, drawing), queueMs: now() - sinceMs }, this.#options.deadline)
  }

  /** Takes a place again where models are still to be asked. */
  async #resume(plan: Plan): Promise<void> {
    if (this.#place !== null) return
    if (!this.#hasDrawn) return this.#enter(plan)
    if (plan.furtherMs !== null) await this.#enter({ ...plan, costMs: plan.furtherMs })
  }

  /** With nobody to ask: what needs a model says why it has no value. Samples that were all drawn are used. */
  #without(ready: Ready, why: Why): Promise<ScoreResult> {
    const { run, nobody } = this.#stages
    const ask = nobody(why)
    const drawing = this.#drawn && withComparisonsBy(ask, this.#drawn, ready.plan.input)
    return run({ ...this.#job(ready, drawing), ask, spent: this.#ask, requireEvidence: false })
  }

  #job(ready: Ready, drawing: Drawing | null): Job {
    const { requireEvidence } = this.#options
    return { ...ready, ask: this.#ask, drawing, queueMs: 0, requireEvidence }
  }
}
