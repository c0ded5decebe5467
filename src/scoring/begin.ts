/** Samples that are drawn while the answer is still being written. */
import type { Asker } from '../evidence/asker.js'
import { Comparisons } from '../evidence/comparison/comparisons.js'
import type { Drawing } from '../evidence/evidence.js'
import { generateRows } from '../evidence/generation/generated-rows.js'
import { questionOf, type EvidenceInput } from '../evidence/input.js'
import { readOutput } from '../evidence/supplied-output.js'
import type { SuppliedOutput } from '../schemas/score.js'
import type { ScoreResult } from '../schemas/score-result.js'
import type { Generation } from '../scorer.js'
import type { Why } from './unasked.js'

/** A request whose answer is still to come. */
export interface Begun {
  /**
   * Scores the answer with the samples drawn meanwhile; once. Throws as `Scoring.score` does. Where a result needs no
   * value, it does without the models that fail or cannot be had now, and the scores say so.
   */
  finish(answer: SuppliedOutput): Promise<ScoreResult>
  /** The result of an answer that cannot be measured, e.g. as it is no text. Calls off what is being drawn. */
  blank(why: Why): Promise<ScoreResult>
  /** Calls off what is being drawn, for an answer that does not come. */
  abandon(): void
}

/** What may be said of a request whose answer is still to come. */
export interface BeginOptions {
  /** The chat request that samples are drawn from, as the client sent it. */
  readonly chatBody?: Readonly<Record<string, unknown>>
  /** False: a result without any value is a result, too. */
  readonly requireEvidence?: boolean
  /** Samples wait for it, so that the answer is asked for first. */
  readonly after?: Promise<unknown>
}

/** Stands for the answer until it comes; whatever is drawn before it does not depend on its text. */
export const PENDING_ANSWER: SuppliedOutput = { text: '' }

/** The answer, once it is known: a stopping rule may look at it. */
export class Answered {
  resolve!: (answer: Generation) => void
  readonly promise = new Promise<Generation>((resolve) => {
    this.resolve = resolve
  })
}

/** Starts to draw the planned samples. `answered` is called where drawing goes on only once the answer is known. */
export function drawAhead(input: EvidenceInput, ask: Asker, answered: () => Promise<Generation>): Drawing {
  const comparisons = comparisonsBy(ask, input)
  return { comparisons, rows: generateRows(input, input.messages ?? [], ask, comparisons, answered) }
}

/** The same samples, compared by somebody else. */
export function withComparisonsBy(ask: Asker, { rows }: Drawing, input: EvidenceInput): Drawing {
  return { rows, comparisons: comparisonsBy(ask, input) }
}

function comparisonsBy(ask: Asker, { messages, compared }: EvidenceInput): Comparisons {
  return new Comparisons(questionOf(messages), compared, ask)
}

/** The answer as evidence sees it. */
export function generationOf(answer: SuppliedOutput): Generation {
  return readOutput(answer, '/answer').generation
}
