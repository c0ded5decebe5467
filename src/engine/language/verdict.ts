/** What the checks of the self-test mean: whether the model serves, batches, reuses prompts, and what callers are told. */
import type { SelfTestCheck } from '../engine.js'
import type { Decoder } from './decoder.js'

function passed(checks: readonly SelfTestCheck[], name: string): boolean {
  return checks.some((each) => each.name === name && each.passed)
}

/** A scale over the whole tensor can pass a check by luck, so such a decoder is never trusted with neighbours. */
export function batches(checks: readonly SelfTestCheck[], decoder: Decoder): boolean {
  return passed(checks, 'batched_equals_alone') && !decoder.dynamicQuantization
}

/** Whether K/V of earlier prompts may be reused: chunks must give the very numbers of a prompt in one piece. */
export function reusesPrompts(checks: readonly SelfTestCheck[], decoder: Decoder): boolean {
  return passed(checks, 'chunked_equals_whole') && !decoder.dynamicQuantization
}

/** What the failed checks mean for callers. */
export function problemOf(checks: readonly SelfTestCheck[], decoder: Decoder): string | null {
  const failed = checks.filter((each) => !each.passed).map((each) => each.name)
  const parts = [
    ...(batches(checks, decoder) ? [] : ['rows change with their neighbours, so each row runs alone']),
    ...(reusesPrompts(checks, decoder) ? [] : ['prompts are not reused, because chunks change the numbers']),
    ...(decoder.fallback === null ? [] : [`statistics run in JavaScript: ${decoder.fallback}`])
  ]
  const other = failed.filter((name) => name !== 'batched_equals_alone' && name !== 'chunked_equals_whole')
  return other.length + parts.length === 0
    ? null
    : [...parts, ...other.map((name) => `the self-test ${name} failed`)].join('; ')
}

/** Checks without which numbers would be wrong: such a model does not serve. */
const VITAL = [
  'prefill_equals_decode_nats',
  'graph_equals_script_nats',
  'graph_draws_equal_script',
  'tokenizer_round_trip'
]

/** Throws, naming each check, when one without which numbers would be wrong has failed. */
export function refuseBroken(checks: readonly SelfTestCheck[]): void {
  const broken = checks.filter((each) => !each.passed && VITAL.includes(each.name))
  if (broken.length === 0) return
  const facts = broken.map(
    (each) => `${each.name} (difference ${String(each.difference)}, tolerance ${String(each.tolerance)})`
  )
  throw new Error(`the language model failed its self-test: ${facts.join(', ')}`)
}
