/** Sentence embeddings of one request: each distinct text is embedded once, whatever asks for it. */
import type { Asker } from '../asker.js'
import { Missing } from '../missing.js'

/** A vector of unit length. */
export type Vector = Float32Array

export class Embeddings {
  readonly #ask: Asker
  readonly #vectors = new Map<string, Promise<Vector>>()

  constructor(ask: Asker) {
    this.#ask = ask
  }

  /**
   * One vector per text, in order; all texts that are new go to the model in one call. Rejects with `Missing` when the
   * model cannot be asked, or gives what is no vector.
   */
  of(texts: readonly string[]): Promise<readonly Vector[]> {
    const fresh = [...new Set(texts)].filter((text) => !this.#vectors.has(text))
    if (fresh.length > 0) this.#send(fresh)
    return Promise.all(texts.map((text) => this.#vectors.get(text)!))
  }

  #send(fresh: readonly string[]): void {
    const vectors = this.#embedded(fresh)
    fresh.forEach((text, i) => {
      const vector = vectors.then((all) => all[i]!)
      vector.catch(() => undefined)
      this.#vectors.set(text, vector)
    })
  }

  async #embedded(texts: readonly string[]): Promise<readonly Vector[]> {
    const problem = this.#ask.problemOf('embedding')
    if (problem !== null) {
      throw new Missing(
        'failed',
        'embedding_unavailable',
        `The embedding model is ${problem}; ask again once it is ready, or supply \`evidence.similarity\` for the samples.`
      )
    }
    const vectors = await this.#ask.embed(texts)
    if (vectors.every((vector) => vector.every(Number.isFinite))) return vectors
    throw new Missing('failed', 'embedding_unusable', 'The embedding model gave a vector that is not finite.')
  }
}
