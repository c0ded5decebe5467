/** Stop sampling once the policy's decision can no longer change, whatever the remaining samples say. */
import type { Drawn } from '../evidence/input.js'
import { decide } from '../policies/decide.js'
import { towardsUncertain } from '../policies/policy.js'
import { Unscorable, type EvidenceKinds, type Generation, type Options } from '../scorer.js'
import type { Judged } from './plan.js'

/**
 * Scorers that depend on nothing but how many samples hold each meaning, and whose value lies, for a given number of
 * samples, between what it is when all further ones join one meaning and what it is when each brings a new one: putting
 * counts together never makes them more uncertain. The function tells with which options this holds.
 */
const COUNTING: Readonly<Record<string, (options: Options) => boolean>> = {
  exact_match: () => true,
  label_probability: () => true,
  num_semantic_sets: () => true,
  semantic_entropy: ({ variant, include_answer: includeAnswer }) => variant === 'discrete' && includeAnswer !== true
}

/** Meanings that further samples are supposed to join, beside the answer's own; the largest matter. */
const MOST_JOINED = 8

/** Whether the decision on this run can be foreseen from counts. */
export function isForeseeable({ run }: Judged): boolean {
  return COUNTING[run.scorer.name]?.(run.options) ?? false
}

/** True once every way in which sampling could go on leads to the same action. `labels` are meanings. */
export function isDecided(judged: Judged, labels: readonly number[], drawn: Drawn): boolean {
  const verdicts = new Set(endings(labels, drawn).map((samples) => verdictOn(judged, samples, drawn.answer)))
  return verdicts.size === 1
}

/** One sample as the scorers see it: its meaning and its words. */
interface Labelled {
  readonly label: number
  readonly sample: Generation
}

/** The extremes of what the samples may become: as they are, all the rest alike, all the rest different. */
function endings(labels: readonly number[], drawn: Drawn): readonly (readonly Labelled[])[] {
  const { answer, most } = drawn
  const present = labels.map((label, i) => ({ label, sample: drawn.samples[i] ?? wordsOf(label, labels, drawn) }))
  const rest = Array.from({ length: most - labels.length }, (_, i) => i)
  const next = labels.reduce((highest, label) => Math.max(highest, label), -1) + 1
  const joined = largest(labels).map((label) => {
    const { sample } = present[labels.indexOf(label)]!
    return rest.map(() => ({ label, sample }))
  })
  const fresh = rest.map((i) => ({ label: next + i, sample: bare(`new ${i}`, answer) }))
  const own = answer === null ? [] : [rest.map(() => ({ label: labelOf(answer, present, next), sample: answer }))]
  return [[], ...joined, fresh, ...own].map((further) => [...present, ...further])
}

function largest(labels: readonly number[]): readonly number[] {
  const size = (label: number): number => labels.filter((each) => each === label).length
  return [...new Set(labels)].sort((a, b) => size(b) - size(a)).slice(0, MOST_JOINED)
}

function wordsOf(label: number, labels: readonly number[], { samples, answer }: Drawn): Generation {
  return samples[labels.indexOf(label)] ?? bare(`meaning ${label}`, answer)
}

function labelOf(answer: Generation, present: readonly Labelled[], next: number): number {
  return present.find(({ sample }) => sample.text === answer.text)?.label ?? next
}

/** A text that nobody wrote: it must not be the answer's. */
function bare(text: string, answer: Generation | null): Generation {
  const told = text === answer?.text ? `${text}.` : text
  return { text: told, tokens: null, finishReason: null, basis: 'unknown', source: 'generated' }
}

/** The action, or why there is no value to act on. */
function verdictOn({ run, policy }: Judged, labelled: readonly Labelled[], answer: Generation | null): string {
  const order = [...new Set(labelled.map(({ label }) => label))]
  const assignment = labelled.map(({ label }) => order.indexOf(label))
  const evidence = {
    question: null,
    answer: answer ?? bare('answer', null),
    samples: labelled.map(({ sample }) => sample),
    clusters: { rule: run.parameters.clusters?.rule ?? 'strict', assignment, count: order.length }
  }
  try {
    const { value } = run.scorer.score(evidence as unknown as EvidenceKinds, run.options)
    return decide(policy, towardsUncertain(policy.direction, value)).action
  } catch (error) {
    if (error instanceof Unscorable) return error.reason
    throw error
  }
}
