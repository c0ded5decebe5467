/**
 * Directed comparisons, each made at most once per request whatever asks for it. Samples are compared by index, so that
 * what the caller supplied is found; other texts as they stand.
 */
import type { Pair } from '../../engine/engine.js'
import type { Entailment } from '../../scorer.js'
import type { Asker } from '../asker.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'

/** Two samples by index, premise first; the answer's index is the number of samples. */
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
  readonly #ofSamples = new Map<string, Promise<Verdict>>()
  readonly #ofTexts = new Map<string, Promise<Verdict>>()
  readonly #textIds = new Map<string, number>()
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

  /** Class probabilities of samples against samples, in order; all that are new go to the model in one call. */
  async compare(pairs: readonly SamplePair[]): Promise<readonly Entailment[]> {
    const fresh = [...new Map(pairs.map((pair) => [keyOf(pair), pair])).values()].filter(
      (pair) => !this.#ofSamples.has(keyOf(pair))
    )
    const unknown = fresh.filter((pair) => !this.#take(pair))
    const verdicts = this.#made(unknown.map((pair) => this.#asTexts(pair)))
    unknown.forEach((pair, i) => this.#keep(pair, verdicts[i]!))
    return Promise.all(pairs.map(async (pair) => this.#ofSamples.get(keyOf(pair))!))
  }

  /** Class probabilities of any texts, in order, exactly as they stand; all that are new go to the model in one call. */
  async compareTexts(pairs: readonly Pair[]): Promise<readonly Entailment[]> {
    return Promise.all(this.#made(pairs))
  }

  /** A short answer means little alone: the question stands before it. */
  inContext(text: string): string {
    return this.#question === null ? text : `${this.#question} ${text}`
  }

  /** Every comparison of samples made so far, by premise, then hypothesis. */
  log(): readonly Compared[] {
    return this.#log.toSorted((a, b) => a.premise - b.premise || a.hypothesis - b.hypothesis)
  }

  /** Comparisons whose premise was longer than the model's window. */
  get truncated(): number {
    return this.#truncated
  }

  /** Takes the caller's own comparison; false when there is none. */
  #take(pair: SamplePair): boolean {
    const supplied = this.#supplied(pair.premise, pair.hypothesis)
    if (supplied !== null) this.#keep(pair, Promise.resolve(supplied))
    return supplied !== null
  }

  #keep(pair: SamplePair, verdict: Promise<Verdict>): void {
    const noted = verdict.then((made) => {
      const { entailment, neutral, contradiction } = made
      this.#log.push({ ...pair, entailment, neutral, contradiction })
      return made
    })
    noted.catch(() => undefined)
    this.#ofSamples.set(keyOf(pair), noted)
  }

  #asTexts({ premise, hypothesis }: SamplePair): Pair {
    return { premise: this.#inContextOf(premise), hypothesis: this.#inContextOf(hypothesis) }
  }

  #inContextOf(index: number): string {
    return this.inContext(this.#texts.get(index)!)
  }

  /** One promise per pair of texts; the new ones are sent in one call. */
  #made(pairs: readonly Pair[]): readonly Promise<Verdict>[] {
    const keys = pairs.map(({ premise, hypothesis }) => `${this.#idOf(premise)}>${this.#idOf(hypothesis)}`)
    const fresh = [...new Map(keys.map((key, i) => [key, pairs[i]!]))].filter(([key]) => !this.#ofTexts.has(key))
    if (fresh.length > 0) this.#send(fresh)
    return keys.map((key) => this.#ofTexts.get(key)!)
  }

  /** A number in place of a text: a key for each of thousands of pairs of long texts would hold them all over again. */
  #idOf(text: string): number {
    const id = this.#textIds.get(text) ?? this.#textIds.size
    this.#textIds.set(text, id)
    return id
  }

  #send(fresh: readonly (readonly [string, Pair])[]): void {
    const verdicts = this.#verdicts(fresh.map(([, pair]) => pair))
    fresh.forEach(([key], i) => {
      const verdict = verdicts.then((all) => {
        if (all[i]!.truncated === true) this.#truncated++
        return all[i]!
      })
      verdict.catch(() => undefined)
      this.#ofTexts.set(key, verdict)
    })
  }

  async #verdicts(pairs: readonly Pair[]): Promise<readonly Verdict[]> {
    const problem = this.#ask.problemOf('entailment')
    if (problem !== null) {
      throw new Missing(
        'failed',
        'entailment_unavailable',
        `The entailment model is ${problem}; supply \`evidence.entailment\`, or ask again once it is ready.`
      )
    }
    const verdicts = await this.#ask.entail(pairs)
    if (verdicts.every(isFinite)) return verdicts
    throw new Missing('failed', 'entailment_not_finite', 'The entailment model gave a probability that is no number.')
  }
}

function isFinite({ entailment, neutral, contradiction }: Entailment): boolean {
  return Number.isFinite(entailment + neutral + contradiction)
}

function keyOf({ premise, hypothesis }: SamplePair): string {
  return `${premise}>${hypothesis}`
}
