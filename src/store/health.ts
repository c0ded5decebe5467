import { QualmError } from '../errors.js'
import { storeError, type Advice, type Fault, type StoreFault } from './faults.js'

/** Found only by changing rows, so that an empty transaction which goes through does not disprove them. */
const SHOWN_BY_CHANGES: ReadonlySet<Fault> = new Set(['full', 'disk'])

/** Remembers what is wrong with a database, from how its calls ended. */
export class Health {
  readonly #advice: Advice
  readonly #toFault: (error: unknown) => StoreFault
  #read: Fault | null = null
  #write: Fault | null = null

  constructor(advice: Advice, toFault: (error: unknown) => StoreFault) {
    this.#advice = advice
    this.#toFault = toFault
  }

  /** What is wrong and what to do, or null. A failed write stays known until a write succeeds. */
  problem(): string | null {
    const fault = this.#read ?? this.#write
    return fault === null ? null : this.#advice[fault]
  }

  /** Runs a call that reads. Throws QUALM_ERR_STORE. */
  async reading<T>(work: () => Promise<T>): Promise<T> {
    const result = await this.#attempt(work, (fault) => {
      this.#read = fault
    })
    this.#read = null
    return result
  }

  /** Runs a call that writes. Throws QUALM_ERR_STORE, and a coded error of `work` as it is. */
  async writing<T>(work: () => Promise<T>): Promise<T> {
    const result = await this.#attempt(work, (fault) => {
      this.#write = fault
    })
    this.#read = this.#write = null
    return result
  }

  /** Runs a call that asks whether rows could be written. Never fails. */
  async checking(work: () => Promise<unknown>): Promise<void> {
    const known = this.#write
    await this.writing(work).catch(() => undefined)
    if (this.#write === null && known !== null && SHOWN_BY_CHANGES.has(known)) this.#write = known
  }

  /** Keeps a fault that came by itself, such as a lost connection. */
  note(error: unknown): void {
    this.#read = this.#toFault(error).fault
  }

  async #attempt<T>(work: () => Promise<T>, keep: (fault: Fault) => void): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof QualmError) throw error
      const fault = this.#toFault(error)
      keep(fault.fault)
      throw storeError(fault, this.#advice)
    }
  }
}
