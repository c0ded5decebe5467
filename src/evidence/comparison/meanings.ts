import { meaningKey } from '../../math/clusters.js'
import type { EntailmentRule } from '../../scorer.js'
import { Missing } from '../missing.js'
import { Clustering } from './clusters.js'
import type { Comparisons } from './comparisons.js'

/**
 * Labels texts by meaning as they come: equal labels, equal meaning. By entailment, as the clusters of the request, or
 * by wording where `rule` is null or where the entailment model cannot be asked; wording never joins what differs.
 */
export class Meanings {
  readonly #keys: string[] = []
  readonly #labels: number[] = []
  #clustering: Clustering | null

  constructor(comparisons: Comparisons, rule: EntailmentRule | null) {
    this.#clustering = rule === null ? null : new Clustering(comparisons, rule)
  }

  /** Label of every text so far, in order. */
  get labels(): readonly number[] {
    return this.#clustering === null ? this.#keys.map((key) => this.#keys.indexOf(key)) : this.#labels
  }

  /** Takes the next text. Await it before the next one. */
  async add(text: string): Promise<void> {
    this.#keys.push(meaningKey(text))
    if (this.#clustering === null) return
    try {
      this.#labels.push(await this.#clustering.add(text))
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      this.#clustering = null
    }
  }
}
