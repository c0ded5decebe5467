/** Why the scores are what they are, in words and in the same numbers. */
import type { ScoreResult } from '../schemas/score-result.js'
import { rationale } from '../math/rationale.js'
import { ambiguityOf } from './ambiguity.js'
import type { Facts, Known } from './facts.js'
import { groupSamples, type Group } from './groups.js'
import { inconsistentMethods, type InconsistentMethod } from './inconsistent.js'

export type Explanation = NonNullable<ScoreResult['explanation']>
type WeakToken = Explanation['weakest_tokens'][number]

const MOST_ALTERNATIVES = 5
const MOST_TOKENS = 3
const QUOTED_CHARS = 60

/** What else was answered, where the answer is weakest, which methods disagree, and a sentence that says it all. */
export function explain(facts: Facts, scores: ScoreResult['scores'] = {}): Explanation {
  const groups = groupSamples(facts)
  const total = facts.samples?.length ?? 0
  const weakest = facts.answer === null ? [] : weakestTokens(facts.answer)
  const inconsistent = inconsistentMethods(scores)
  return {
    summary: sentence([
      ...agreement(groups, total, facts.answer !== null),
      ...weakness(weakest),
      ...disagreement(inconsistent)
    ]),
    ...(total === 0
      ? {}
      : { rationale: rationaleOf(groups, total, facts.answer), ambiguity: ambiguity(facts, groups) }),
    alternatives: groups
      .filter((group) => !group.holdsAnswer)
      .slice(0, MOST_ALTERNATIVES)
      .map((group) => ({ text: group.text, share: group.size / total })),
    weakest_tokens: [...weakest],
    inconsistent_methods: inconsistent.map((method) => ({ ...method }))
  }
}

function ambiguity({ samples }: Facts, groups: readonly Group[]): NonNullable<Explanation['ambiguity']> {
  return ambiguityOf(
    (samples ?? []).map(({ generation }) => generation.text),
    groups
  )
}

function rationaleOf(groups: readonly Group[], total: number, answer: Known | null): string {
  const shares = groups.map(({ text, size, holdsAnswer }) => ({ text, share: size / total, holdsAnswer }))
  return rationale(shares, answer?.generation.text ?? null)
}

/** Least probable tokens first; the end token, white space and bare punctuation are passed over. */
function weakestTokens({ generation, spans: locate }: Known): readonly WeakToken[] {
  const spans = locate()
  if (generation.tokens === null || spans === null) return []
  return generation.tokens
    .map((token, i) => {
      const { start, end } = spans[i]!
      return { text: generation.text.slice(start, end), start, end, probability: Math.exp(token.logprob) }
    })
    .filter((token) => /[\p{L}\p{N}]/u.test(token.text))
    .sort((a, b) => a.probability - b.probability)
    .slice(0, MOST_TOKENS)
}

function agreement(groups: readonly Group[], total: number, hasAnswer: boolean): readonly string[] {
  const [largest] = groups
  if (largest === undefined) return []
  const own = groups.find((group) => group.holdsAnswer)
  const rival = groups.find((group) => !group.holdsAnswer)
  if (own === undefined) {
    const said = `${largest.size} of ${total} sampled answers say ${quote(largest.text)}`
    return [hasAnswer ? `${said}, in other words than the answer` : said]
  }
  const agrees = `${own.size} of ${total} sampled answers agree with the answer`
  return [rival === undefined ? agrees : `${agrees}, ${rival.size} ${say(rival)}`]
}

function say({ size, text }: Group): string {
  return `${size === 1 ? 'says' : 'say'} ${quote(text)}`
}

function weakness([weakest]: readonly WeakToken[]): readonly string[] {
  if (weakest === undefined) return []
  const { text, probability } = weakest
  return [`the least probable part of the answer is ${quote(text)} with probability ${round(probability)}`]
}

function disagreement(inconsistent: readonly InconsistentMethod[]): readonly string[] {
  const [first] = inconsistent
  if (first === undefined) return []
  const names = inconsistent.map(({ scorer }) => scorer).join(', ')
  const most = first.says === 'certain' ? 'uncertain' : 'certain'
  return [`most methods read as ${most}, not so ${names}`]
}

function sentence(parts: readonly string[]): string {
  if (parts.length === 0) return 'Neither samples nor token probabilities are known, so there is nothing to point at.'
  const text = parts.join('; ')
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}

function quote(text: string): string {
  const characters = Array.from(text.trim())
  return `“${characters.slice(0, QUOTED_CHARS).join('')}${characters.length > QUOTED_CHARS ? '…' : ''}”`
}

function round(probability: number): number {
  return Number(probability.toPrecision(2))
}
