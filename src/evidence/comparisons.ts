/**
 * Directed comparisons between samples, each made at most once per request whatever the rule that asks. The question
 * stands before both sides: short answers mean little without it.
 */
import type { Entailment } from '../scorer.js'
import type { Asker } from './asker.js'
import type { EvidenceInput } from './input.js'
import { Missing } from './missing.js'

/** Two samples by index, premise first. */
export interface SamplePair {
  readonly premise: number
  readonly hypothesis: number
}

/** A comparison that was made. */
export type Compared = SamplePair & Entailment

/** The model's answer carries more than the classes, e.g. whether the premise was cut. */
type Verdict = Entailment & { readonly truncated?: boolean }

export class Comparisons {
  readonly #question: string | null
  readonly #supplied: EvidenceInput['compared']
  readonly #ask: Asker
  readonly #texts = new Map<number, string>()
  readonly #made = new Map<string, Promise<Verdict>>()
  readonly #log: Compared[] = []
  #truncated = 0

  constructor(question: string | null, supplied: EvidenceInput['compared'], ask: Asker) {
    this.#question = question
    this.#supplied = supplied
    this.#ask = ask
  }

  /** Makes the text of a sample known under its index. */
  add(index: number, text: string): void {
    this.#texts.set(index, text)
  }

  /** Class probabilities of the pairs, in order; all that are new go to the model in one call. */
  async compare(pairs: readonly SamplePair[]): Promise<readonly Entailment[]> {
    const fresh = pairs.filter((pair) => !this.#made.has(keyOf(pair)))
    for (const pair of fresh) this.#take(pair)
    const unknown = fresh.filter((pair) => !this.#made.has(keyOf(pair)))
    if (unknown.length > 0) this.#send(unknown)
    return Promise.all(pairs.map(async (pair) => this.#made.get(keyOf(pair))!))
  }

  /** Every comparison made so far, by premise, then hypothesis. */
  log(): readonly Compared[] {
    return this.#log.toSorted((a, b) => a.premise - b.premise || a.hypothesis - b.hypothesis)
  }

  /** Comparisons whose premise was longer than the model's window. */
  get truncated(): number {
    return this.#truncated
  }

  /** Takes the caller's own comparison, if there is one. */
  #take(pair: SamplePair): void {
    const supplied = this.#supplied(pair.premise, pair.hypothesis)
    if (supplied !== null) this.#made.set(keyOf(pair), Promise.resolve(this.#note(pair, supplied)))
  }

  /** Sends pairs to the model in one call. */
  #send(pairs: readonly SamplePair[]): void {
    const verdicts = this.#verdicts(pairs)
    pairs.forEach((pair, i) => {
      const verdict = verdicts.then((all) => this.#note(pair, all[i]!))
      verdict.catch(() => undefined)
      this.#made.set(keyOf(pair), verdict)
    })
  }

  async #verdicts(pairs: readonly SamplePair[]): Promise<readonly Verdict[]> {
    const problem = this.#ask.entailmentProblem()
    if (problem !== null) {
      throw new Missing(
        'failed',
        'entailment_unavailable',
        `The entailment model is ${problem}; supply \`evidence.entailment\`, or ask again once it is ready.`
      )
    }
    return this.#ask.entail(
      pairs.map(({ premise, hypothesis }) => ({
        premise: this.#inContext(premise),
        hypothesis: this.#inContext(hypothesis)
      }))
    )
  }

  #inContext(index: number): string {
    const text = this.#texts.get(index)!
    return this.#question === null ? text : `${this.#question} ${text}`
  }

  #note(pair: SamplePair, verdict: Verdict): Verdict {
    const { entailment, neutral, contradiction } = verdict
    this.#log.push({ ...pair, entailment, neutral, contradiction })
    if (verdict.truncated === true) this.#truncated++
    return verdict
  }
}

function keyOf({ premise, hypothesis }: SamplePair): string {
  return `${premise}>${hypothesis}`
}
