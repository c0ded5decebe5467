import type { Entailment, EntailmentRule } from '../scorer.js'

/** The rule that applies when a request names none; set by measurement on the embedded models. */
export const DEFAULT_RULE: EntailmentRule = 'loose'

/** Rules of formulas.md §3.2 under the names that the HTTP contract uses. */
export const RULES: readonly EntailmentRule[] = ['strict', 'loose', 'no_contradiction', 'probability']

/** The option that every scorer of clusters offers. */
export const RULE_OPTION = {
  type: 'string',
  enum: RULES,
  default: DEFAULT_RULE,
  description:
    'When two answers mean the same. strict: each entails the other; loose: one does, and neither contradicts the ' +
    'other; no_contradiction: neither contradicts the other; probability: both ways entailment is likelier than ' +
    'contradiction, and what is linked through others is one meaning.'
} as const

/** The class that a comparison is counted as. */
export type Label = 'entailment' | 'neutral' | 'contradiction'

/** The most probable class. A tie goes to the one that keeps meanings apart. */
export function labelOf({ entailment, neutral, contradiction }: Entailment): Label {
  if (entailment > neutral && entailment > contradiction) return 'entailment'
  return contradiction >= neutral ? 'contradiction' : 'neutral'
}

/** What a rule asks of the two directions. */
interface Test {
  /** Whether one direction alone leaves the matter open. */
  readonly allows: (one: Entailment) => boolean
  /** Whether at least one direction must be entailment. */
  readonly wantsEntailment: boolean
}

const contradicts = (one: Entailment): boolean => labelOf(one) === 'contradiction'
const entails = (one: Entailment): boolean => labelOf(one) === 'entailment'

const TESTS: Readonly<Record<EntailmentRule, Test>> = {
  strict: { allows: entails, wantsEntailment: true },
  loose: { allows: (one) => !contradicts(one), wantsEntailment: true },
  no_contradiction: { allows: (one) => !contradicts(one), wantsEntailment: false },
  probability: { allows: (one) => one.entailment > one.contradiction, wantsEntailment: false }
}

/**
 * Whether two answers count as one meaning. `strict`: each entails the other. `loose`: no direction contradicts and at
 * least one entails. `no_contradiction`: no direction contradicts. `probability`: in both, entailment is likelier than
 * contradiction. Symmetric in its first two arguments.
 */
export function sameMeaning(forward: Entailment, backward: Entailment, rule: EntailmentRule): boolean {
  const { allows, wantsEntailment } = TESTS[rule]
  return allows(forward) && allows(backward) && (!wantsEntailment || entails(forward) || entails(backward))
}

/** Whether the backward comparison can still make the two one meaning: false saves it. */
export function mayMatch(forward: Entailment, rule: EntailmentRule): boolean {
  return TESTS[rule].allows(forward)
}

/**
 * Groups of what is linked, directly or through others: the assignment of `count` items, groups numbered in order of
 * their first member. Quadratic.
 */
export function components(count: number, isLinked: (a: number, b: number) => boolean): number[] {
  const assignment = new Array<number>(count).fill(-1)
  let groups = 0
  for (let first = 0; first < count; first++) {
    if (assignment[first] !== -1) continue
    const open = [first]
    assignment[first] = groups
    for (const member of open) {
      for (let other = 0; other < count; other++) {
        if (assignment[other] !== -1 || !isLinked(member, other)) continue
        assignment[other] = groups
        open.push(other)
      }
    }
    groups++
  }
  return assignment
}

/**
 * The form under which two texts are duplicates and share a cluster without a comparison: Unicode compatibility form,
 * white space collapsed and trimmed, one final full stop dropped unless it is all there is. Case is kept: "US" and
 * "us" differ.
 */
export function meaningKey(text: string): string {
  const spaced = text.normalize('NFKC').replace(/\s+/gu, ' ').trim()
  const bare = /[.。]$/u.test(spaced) ? spaced.slice(0, -1).trimEnd() : spaced
  return bare === '' ? spaced : bare
}
