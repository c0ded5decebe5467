/** The worker's side of a lane: loads one model, answers jobs, ends the thread by itself. */
import { parentPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { toFault } from './messages.js'
import type { FromWorker, ToWorker } from './messages.js'
import type { Reply, WorkerService, WorkerSettings } from './worker-service.js'

type Load = (settings: WorkerSettings) => Promise<WorkerService>

/**
 * Serves the model that `load` opens to the lane that started this thread. A failed load is reported and ends the
 * thread; messages that arrive while loading wait. The process is never exited: that would abort a native run.
 */
export function serve(load: Load): void {
  if (parentPort === null) throw new Error('serve() must be called in a worker thread.')
  const port = parentPort
  const desk = open(port, load)
  port.on('message', (message: ToWorker) => void desk.then((opened) => opened?.receive(message)))
}

async function open(port: MessagePort, load: Load): Promise<Desk | null> {
  try {
    const service = await load(workerData as WorkerSettings)
    post(port, { type: 'ready', ready: service.ready, stats: service.stats() })
    return new Desk(port, service)
  } catch (error) {
    post(port, { type: 'failed', fault: toFault(error) })
    port.close()
    return null
  }
}

/** Keeps the jobs of one worker apart by their ids. */
class Desk {
  readonly #port: MessagePort
  readonly #service: WorkerService
  readonly #open = new Map<number, { cancel(): void } | null>()

  constructor(port: MessagePort, service: WorkerService) {
    this.#port = port
    this.#service = service
  }

  receive(message: ToWorker): void {
    if (message.type === 'submit') this.#submit(message.id, message.job)
    else if (message.type === 'cancel') this.#cancel(message.id)
    else if (message.type === 'stats') post(this.#port, { type: 'stats', stats: this.#service.stats() })
    else void this.#close()
  }

  #submit(id: number, job: unknown): void {
    const reply = this.#reply(id)
    this.#open.set(id, null)
    try {
      const handle = this.#service.submit(job, reply)
      if (this.#open.has(id)) this.#open.set(id, handle)
    } catch (error) {
      reply.fail(error)
    }
  }

  #cancel(id: number): void {
    const handle = this.#open.get(id)
    this.#open.delete(id)
    handle?.cancel()
  }

  #reply(id: number): Reply {
    return {
      partial: (value) => {
        if (this.#open.has(id)) post(this.#port, { type: 'partial', id, value })
      },
      done: (value) => {
        if (this.#open.delete(id)) this.#done(id, value)
      },
      fail: (error) => {
        if (this.#open.delete(id)) this.#fail(id, error)
      }
    }
  }

  /** A value that cannot be cloned must not leave its caller waiting. */
  #done(id: number, value: unknown): void {
    try {
      post(this.#port, { type: 'done', id, value, stats: this.#service.stats() })
    } catch (error) {
      this.#fail(id, error)
    }
  }

  #fail(id: number, error: unknown): void {
    post(this.#port, { type: 'fail', id, fault: toFault(error), stats: this.#service.stats() })
  }

  /** Without its port nothing keeps the thread alive, so it ends once the session is free. */
  async #close(): Promise<void> {
    for (const id of [...this.#open.keys()]) this.#cancel(id)
    await this.#service.close()
    post(this.#port, { type: 'stats', stats: this.#service.stats() })
    this.#port.close()
  }
}

function post(port: MessagePort, message: FromWorker): void {
  port.postMessage(message)
}
