/**
 * One model and the worker thread that runs it, seen from the main thread. A worker that dies is replaced after a
 * pause; its jobs are answered with 503. Workers are asked to end and never terminated: killing a thread in a native
 * run aborts the whole process.
 */
import { Worker } from 'node:worker_threads'
import type { QualmError } from '../errors.js'
import { forgetThread } from './cpu-token.js'
import type { LaneStats, ModelInfo, Role } from './engine.js'
import type { Lane, LaneSettings, SubmitOptions } from './lane-contract.js'
import { laneClosed, modelUnavailable, problemText, workerLost } from './lane-errors.js'
import { NO_STATS, addStats } from './lane-stats.js'
import { fromFault, modelFailed } from './messages.js'
import type { FromWorker, ToWorker, WorkerStats } from './messages.js'
import { NOTHING_KNOWN } from './model-facts.js'
import { RestartBudget } from './restart-budget.js'
import type { WorkerReady } from './worker-service.js'

interface OpenJob {
  readonly job: unknown
  readonly onPartial: ((value: unknown) => void) | undefined
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
  /** False while no worker has it, so that a replacement takes it over. */
  sent: boolean
}

/** Starts a worker thread for one model and returns the lane to it. */
export function createLane(settings: LaneSettings): Lane {
  return new WorkerLane(settings)
}

class WorkerLane implements Lane {
  readonly role: Role
  readonly #settings: LaneSettings
  readonly #jobs = new Map<number, OpenJob>()
  readonly #budget: RestartBudget
  readonly #ready: Promise<void>
  #settle: () => void = () => undefined
  #worker: Worker | null = null
  #restartTimer: NodeJS.Timeout | null = null
  #closing: Promise<void> | null = null
  #info: ModelInfo | null = null
  #state: ModelInfo['state'] = 'loading'
  #problem: string | null = null
  #failure: QualmError | null = null
  #about: WorkerReady | null = null
  #earlier: WorkerStats = NO_STATS
  #current: WorkerStats = NO_STATS
  #restarts = 0
  #nextId = 0

  constructor(settings: LaneSettings) {
    this.role = settings.role
    this.#settings = settings
    this.#budget = new RestartBudget(settings.restarts ?? { firstDelayMs: 200, perMinute: 5 })
    this.#ready = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#spawn()
  }

  async submit(job: unknown, { signal, onPartial }: SubmitOptions): Promise<unknown> {
    signal.throwIfAborted()
    if (this.#closing !== null) throw laneClosed()
    if (this.#failure !== null) throw this.#failure
    const id = this.#nextId++
    const abort = (): void => {
      this.#abort(id, signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await new Promise((resolve, reject) => {
        this.#jobs.set(id, { job, onPartial, resolve, reject, sent: false })
        if (this.#worker !== null) this.#send(id)
      })
    } finally {
      this.#jobs.delete(id)
      signal.removeEventListener('abort', abort)
    }
  }

  /** Asked by every request, changed hardly ever: the same object until something about the model changes. */
  info(): ModelInfo {
    const [state, problem] = [this.#state, this.#problem]
    if (this.#info?.state === state && this.#info.problem === problem) return this.#info
    const { role, id, source } = this.#settings
    this.#info = { ...NOTHING_KNOWN, ...this.#about, id, role, source, state, problem }
    return this.#info
  }

  stats(): LaneStats {
    this.#post({ type: 'stats' })
    return { role: this.role, restarts: this.#restarts, ...addStats(this.#earlier, this.#current) }
  }

  ready(): Promise<void> {
    return this.#ready
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer)
    const worker = this.#worker
    const ended = worker === null ? null : new Promise((resolve) => worker.once('exit', resolve))
    this.#post({ type: 'close' })
    this.#rejectJobs(laneClosed(), () => true)
    await ended
    this.#settle()
  }

  #spawn(): void {
    const { workerUrl, settings, role } = this.#settings
    const worker = new Worker(workerUrl, { workerData: settings, name: role })
    const { threadId } = worker
    let reason: unknown = null
    this.#worker = worker
    this.#restartTimer = null
    worker.on('message', (message: FromWorker) => {
      this.#receive(message)
    })
    worker.on('messageerror', (error) => {
      this.#rejectJobs(workerLost(error), (job) => job.sent)
    })
    worker.on('error', (error) => {
      reason = error
    })
    worker.once('exit', () => {
      this.#ended(threadId, reason)
    })
    for (const id of [...this.#jobs.keys()]) this.#send(id)
  }

  #send(id: number): void {
    const job = this.#jobs.get(id)
    if (job === undefined) return
    try {
      this.#post({ type: 'submit', id, job: job.job })
      job.sent = true
    } catch (error) {
      job.reject(error)
    }
  }

  #receive(message: FromWorker): void {
    if ('stats' in message) this.#current = message.stats
    if (message.type === 'ready') this.#becomeReady(message.ready)
    else if (message.type === 'failed') this.#fail(fromFault(message.fault))
    else if (message.type === 'partial') this.#partial(message.id, message.value)
    else if (message.type === 'done') this.#jobs.get(message.id)?.resolve(message.value)
    else if (message.type === 'fail') this.#jobs.get(message.id)?.reject(fromFault(message.fault))
  }

  /** A listener that throws costs its own caller the result and nobody else. */
  #partial(id: number, value: unknown): void {
    const job = this.#jobs.get(id)
    try {
      job?.onPartial?.(value)
    } catch (error) {
      this.#abort(id, error)
    }
  }

  #abort(id: number, reason: unknown): void {
    const job = this.#jobs.get(id)
    if (job?.sent === true) this.#post({ type: 'cancel', id })
    job?.reject(reason)
  }

  #becomeReady(about: WorkerReady): void {
    this.#about = about
    this.#state = 'ready'
    this.#problem = about.problem
    this.#settle()
  }

  #fail(error: QualmError): void {
    this.#state = 'failed'
    this.#problem = problemText(error)
    this.#failure = modelUnavailable(this.#settings.id, error)
    this.#rejectJobs(this.#failure, () => true)
    this.#settle()
  }

  /** A thread that ends without having been asked has crashed. */
  #ended(threadId: number, reason: unknown): void {
    this.#worker = null
    forgetThread(this.#settings.settings.cpuToken, threadId)
    this.#earlier = { ...addStats(this.#earlier, this.#current), waiting: 0, running: 0, kvBytes: 0 }
    this.#current = NO_STATS
    if (this.#closing !== null || this.#state === 'failed') return
    this.#rejectJobs(workerLost(reason), (job) => job.sent)
    this.#restart(reason)
  }

  #restart(reason: unknown): void {
    const delayMs = this.#budget.spend(performance.now())
    if (delayMs === null) {
      this.#fail(modelFailed('The worker kept failing and is not started again.', reason))
      return
    }
    this.#state = 'loading'
    this.#problem = 'The worker failed and is being replaced.'
    this.#restarts += 1
    this.#restartTimer = setTimeout(() => {
      this.#spawn()
    }, delayMs)
  }

  #rejectJobs(error: QualmError, which: (job: OpenJob) => boolean): void {
    for (const [id, job] of [...this.#jobs]) {
      if (!which(job)) continue
      this.#jobs.delete(id)
      job.reject(error)
    }
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }
}
