/**
 * Which prompt runs its next chunk: first come, first served, save that a short prompt does not wait for a long one to
 * end. The two take turns, chunk by chunk. Chunks are cut by a prompt's own length, so turns change no numbers.
 */
import type { Prefill, PrefillTask } from './prefill.js'

/** Prompts up to this length may run beside a longer one; their keys and values take little memory. */
const SHORT_TOKENS = 512

const isShort = (task: PrefillTask): boolean => task.ids.length <= SHORT_TOKENS

export class PrefillTurns {
  readonly #start: (task: PrefillTask) => Prefill
  readonly #tasks: PrefillTask[] = []
  /** At most two; the one whose turn it is stands first. */
  readonly #begun: Prefill[] = []

  /** `start` makes room for a task's keys and values. */
  constructor(start: (task: PrefillTask) => Prefill) {
    this.#start = start
  }

  /** Prompts that wait or have begun. */
  get size(): number {
    return this.#tasks.length + this.#begun.length
  }

  add(task: PrefillTask): void {
    this.#tasks.push(task)
  }

  /** The prompt whose turn it is, or null when there is none. `mayStart` holds back tasks that have not begun. */
  next(mayStart: (task: PrefillTask) => boolean): Prefill | null {
    const at = this.#tasks.findIndex((task) => this.#hasRoom(task) && mayStart(task))
    if (at >= 0) this.#begun.push(this.#start(this.#tasks.splice(at, 1)[0]!))
    return this.#begun[0] ?? null
  }

  /** Gives the turn to the other prompt, if two have begun. */
  pass(): void {
    this.#begun.push(...this.#begun.splice(0, 1))
  }

  /** Forgets the prompt whose turn it is. */
  end(): void {
    this.#begun.shift()
  }

  dropCancelled(): void {
    this.#tasks.splice(0, this.#tasks.length, ...this.#tasks.filter((task) => !task.cancelled))
    this.#begun.splice(0, this.#begun.length, ...this.#begun.filter(({ task }) => !task.cancelled))
  }

  #hasRoom(task: PrefillTask): boolean {
    const [first, second] = this.#begun
    return first === undefined || (second === undefined && isShort(task) && !isShort(first.task))
  }
}
