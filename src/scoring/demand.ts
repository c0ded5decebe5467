/** What the runs ask of the models, known before anything is computed. */
import type { EvidenceInput } from '../evidence/input.js'
import { VERBALIZED_MAX_TOKENS } from '../evidence/verbalized.js'
import { meaningKey } from '../math/clusters.js'
import type { EvidenceKind } from '../scorer.js'
import type { Run } from './select.js'
import type { Supply } from './supply.js'

/** Rows to decode, and which models are asked. */
export interface Demand {
  readonly rows: EvidenceInput['rows']
  /** Texts that are read by teacher forcing. */
  readonly forcedTexts: readonly string[]
  readonly asksConfidence: boolean
  /** Comparisons at worst: every meaning new, each compared with all before it in both directions. */
  readonly pairs: number
}

/** Adds up what `runs` need beyond what was supplied. `generates` false: the language model is not asked. */
export function demandOf(runs: readonly Run[], supply: Supply, generates: boolean, sampleCount: number): Demand {
  const needs = new Set(runs.flatMap((run) => run.scorer.needs))
  const needsAny = (...kinds: EvidenceKind[]): boolean => kinds.some((kind) => needs.has(kind))
  const asksModel = generates && supply.messages !== null
  const answerJoins = runs.some((run) => run.parameters.samples?.includeAnswer === true)
  const draws = asksModel && supply.samples === null && needsAny('samples', 'samples.logprobs', 'clusters')
  const asksConfidence = asksModel && needs.has('verbalized') && supply.confidence === null
  const wantsAnswer = draws || answerJoins || asksConfidence || needsAny('answer', 'answer.logprobs')
  const samples = draws ? sampleCount : 0
  return {
    rows: { greedy: asksModel && supply.answer === null && wantsAnswer, samples },
    forcedTexts: asksModel ? forced(needs, supply) : [],
    asksConfidence,
    pairs: needs.has('clusters') ? worstPairs(supply, samples, answerJoins) : 0
  }
}

/** Whether the language model is asked for anything. */
export function asksLanguage({ rows, forcedTexts, asksConfidence }: Demand): boolean {
  return rows.greedy || rows.samples > 0 || forcedTexts.length > 0 || asksConfidence
}

/** Most tokens that may be generated. */
export function mostCompletionTokens({ rows, asksConfidence }: Demand, maxTokens: number): number {
  return (rows.samples + (rows.greedy ? 1 : 0)) * maxTokens + (asksConfidence ? VERBALIZED_MAX_TOKENS : 0)
}

function forced(needs: ReadonlySet<EvidenceKind>, { answer, samples }: Supply): readonly string[] {
  const outputs = [
    ...(needs.has('answer.logprobs') && answer !== null ? [answer] : []),
    ...(needs.has('samples.logprobs') ? (samples ?? []) : [])
  ]
  return outputs
    .filter((output) => output.alignment === 'none' && output.generation.text !== '')
    .map((output) => output.generation.text)
}

function worstPairs({ samples, answer, compared }: Supply, drawn: number, answerJoins: boolean): number {
  const supplied = samples?.map((sample, index) => ({ index, key: meaningKey(sample.generation.text) })) ?? []
  const distinct = [...new Map(supplied.toReversed().map(({ key, index }) => [key, index])).values()]
  if (answerJoins && samples !== null && answer !== null) distinct.push(samples.length)
  const total = samples === null ? drawn + (answerJoins ? 1 : 0) : distinct.length
  const covered = distinct.flatMap((a) => distinct.filter((b) => a !== b && compared(a, b) !== null)).length
  return total * (total - 1) - covered
}
