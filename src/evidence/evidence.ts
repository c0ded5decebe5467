/**
 * The evidence of one request. Every kind is gathered at most once and shared; a kind that rests on another simply asks
 * for it. A promise rejects with `Missing` when the evidence cannot be had, with a `QualmError` when a model failed.
 */
import { DEFAULT_RULE } from '../math/clusters.js'
import type {
  Clusters,
  ConformalReference,
  EntailmentRule,
  EvidenceKind,
  EvidenceKinds,
  EvidenceParameters,
  Generation,
  ScoredAnswer,
  ScoredSample,
  Verbalized
} from '../scorer.js'
import { gatherAnswer } from './answer.js'
import { gatherScoredAnswer } from './answer-logprobs.js'
import type { Asker } from './asker.js'
import { gatherClusters } from './clusters.js'
import { Comparisons } from './comparisons.js'
import { deepFreeze } from './deep-freeze.js'
import { generateRows, type GeneratedRows } from './generated-rows.js'
import { questionOf, type EvidenceInput } from './input.js'
import { Missing } from './missing.js'
import { sampleStream } from './samples.js'
import { gatherScoredSamples } from './samples-logprobs.js'
import { gatherVerbalized } from './verbalized.js'

export class Evidence {
  readonly comparisons: Comparisons
  readonly #input: EvidenceInput
  readonly #ask: Asker
  readonly #conformal: () => Promise<ConformalReference>
  readonly #promises = new Map<string, Promise<unknown>>()
  #rows: GeneratedRows | null = null

  /** `conformal` tells the calibration side of the policy; it may ask this object for what its scorer needs. */
  constructor(input: EvidenceInput, ask: Asker, conformal: () => Promise<ConformalReference>) {
    this.#input = input
    this.#ask = ask
    this.#conformal = conformal
    this.comparisons = new Comparisons(questionOf(input.messages), input.compared, ask)
  }

  /** One kind of evidence. Asking again, or with the same parameters, gives the same promise. */
  get<K extends EvidenceKind>(kind: K, parameters: EvidenceParameters = {}): Promise<EvidenceKinds[K]> {
    const included = parameters.samples?.includeAnswer ?? false
    const gather: { readonly [Kind in EvidenceKind]: () => Promise<EvidenceKinds[Kind]> } = {
      question: () => this.question(),
      answer: () => this.answer(),
      'answer.logprobs': () => this.scoredAnswer(),
      samples: () => this.samples(included),
      'samples.logprobs': () => this.scoredSamples(),
      clusters: () => this.clusters(parameters.clusters?.rule ?? DEFAULT_RULE, included),
      verbalized: () => this.verbalized(),
      conformal: () => this.conformal()
    }
    return gather[kind]()
  }

  question(): Promise<string | null> {
    return this.#once('question', async () => questionOf(this.#input.messages))
  }

  answer(): Promise<Generation> {
    return this.#once('answer', () => gatherAnswer(this.#input, () => this.#generated()))
  }

  scoredAnswer(): Promise<ScoredAnswer> {
    return this.#once('answer.logprobs', async () => gatherScoredAnswer(this.#input, await this.answer(), this.#ask))
  }

  /** The samples in order; `answerIncluded` puts the answer behind them. */
  samples(answerIncluded = false): Promise<readonly Generation[]> {
    return this.#once(`samples:${answerIncluded}`, async () => Promise.all(this.#stream(answerIncluded)))
  }

  scoredSamples(): Promise<readonly ScoredSample[]> {
    return this.#once('samples.logprobs', async () => gatherScoredSamples(this.#input, await this.samples(), this.#ask))
  }

  clusters(rule: EntailmentRule, answerIncluded = false): Promise<Clusters> {
    return this.#once(`clusters:${rule}:${answerIncluded}`, async () => {
      const clusters = await gatherClusters(this.#stream(answerIncluded), this.comparisons, rule)
      return answerIncluded ? { ...clusters, answerIncluded } : clusters
    })
  }

  verbalized(): Promise<Verbalized> {
    return this.#once('verbalized', () => gatherVerbalized(this.#input, () => this.answer(), this.#ask))
  }

  conformal(): Promise<ConformalReference> {
    return this.#once('conformal', () => this.#conformal())
  }

  #stream(answerIncluded: boolean): readonly Promise<Generation>[] {
    const samples = sampleStream(this.#input, () => this.#generated())
    return answerIncluded ? [...samples, this.answer()] : samples
  }

  #generated(): GeneratedRows {
    const { messages } = this.#input
    if (messages === null) {
      throw new Missing('skipped', 'needs_prompt', 'Supply `messages` or `prompt`: there is nothing to answer.')
    }
    this.#rows ??= generateRows(this.#input, messages, this.#ask)
    return this.#rows
  }

  // Promises are kept, not values, so that parallel askers share one computation; values are frozen before they leave.
  #once<T>(key: string, gather: () => Promise<T>): Promise<T> {
    const known = this.#promises.get(key)
    if (known !== undefined) return known as Promise<T>
    const promise = gather().then(deepFreeze)
    promise.catch(() => undefined)
    this.#promises.set(key, promise)
    return promise
  }
}
