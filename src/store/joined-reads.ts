/** One read and, when somebody asked while it ran, the one after it. */
interface Turn<T> {
  readonly running: Promise<T>
  next: Promise<T> | null
}

/**
 * Reads of the same thing take turns: whoever asks while one runs shares the next one with all others who do. So what is
 * read is never older than the question, and a store is asked no faster than it answers, however many ask.
 */
export class JoinedReads<T> {
  readonly #turns = new Map<string, Turn<T>>()

  /** What `work` reads; `key` names what that is. Rejects with the error of `work`. */
  read(key: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.get(key)
    if (turn === undefined) return this.#begin(key, work)
    const begin = (): Promise<T> => this.#begin(key, work)
    turn.next ??= turn.running.then(begin, begin)
    return turn.next
  }

  #begin(key: string, work: () => Promise<T>): Promise<T> {
    const turn: Turn<T> = { running: work(), next: null }
    const end = (): void => {
      if (turn.next === null) this.#turns.delete(key)
    }
    this.#turns.set(key, turn)
    turn.running.then(end, end)
    return turn.running
  }
}
