/** Everything that evidence may draw on for one request: what the caller supplied and what may be generated. */
import type { Decoding, Message } from '../engine/engine.js'
import type { Entailment, EntailmentRule, Generation } from '../scorer.js'
import type { Aligned } from './supplied-output.js'

/** What the caller supplied, checked and in one form. */
export interface SuppliedEvidence {
  /** The conversation before the answer; null when the caller gave none. */
  readonly messages: readonly Message[] | null
  /** The supplied answer, or null. */
  readonly answer: Aligned | null
  /** The supplied samples, or null. */
  readonly samples: readonly Aligned[] | null
  /** Supplied class probabilities of two samples by index, the answer last; null: ask the entailment model. */
  readonly compared: (premise: number, hypothesis: number) => Entailment | null
  /** Supplied similarity of the samples, N×N in [−1, 1], or null. */
  readonly similarity: readonly (readonly number[])[] | null
  /** Supplied stated confidence in [0, 1], or null. */
  readonly confidence: number | null
  /** Options of a multiple-choice question, in order, or null. */
  readonly choices: readonly string[] | null
  /** A source text that the answer should follow from, or null. */
  readonly context: string | null
}

/** What a stopping rule may look at beside the meanings of the samples. */
export interface Drawn {
  /** Samples drawn so far, in the order of their rows. */
  readonly samples: readonly Generation[]
  /** The answer under test, if there is one. */
  readonly answer: Generation | null
  /** Samples that are drawn if no rule stops. */
  readonly most: number
}

/** When drawing samples ends before all that were planned are drawn (formulas.md §13.1). */
export interface Adaptive {
  /** Name of the stopping rule. */
  readonly rule: string
  /** Samples that are drawn whatever the rule says. */
  readonly least: number
  /** How meanings are told apart: by entailment under this rule; null: by wording. */
  readonly meanings: EntailmentRule | null
  /** True once no further sample is needed. `labels` may run ahead of the samples: what lies beyond is supposed. */
  readonly isSettled: (labels: readonly number[], drawn: Drawn) => boolean
}

export interface EvidenceInput extends SuppliedEvidence {
  readonly model: string
  /** Whether the language model may be asked. */
  readonly fill: 'auto' | 'never'
  /** Rows to decode in one call; known before anything runs, so that they share one prefill. */
  readonly rows: { readonly greedy: boolean; readonly samples: number }
  readonly sampling: Decoding
  /** Null: all planned samples are drawn at once. */
  readonly adaptive: Adaptive | null
  readonly maxTokens: number
  readonly stop: readonly string[]
  readonly seed: number
  /** Alternatives wanted per token, 0 to 20. */
  readonly topCount: number
  /** Whether statistics of the whole vocabulary are wanted for every token of the answer. */
  readonly distributions: boolean
  /** The chat request that samples are drawn from, as the client sent it; null: `messages` is all there is. */
  readonly chatBody: Readonly<Record<string, unknown>> | null
}

/** The question that the answer answers: the last user message; null when there is none. */
export function questionOf(messages: readonly Message[] | null): string | null {
  return messages?.findLast((message) => message.role === 'user')?.content ?? null
}
