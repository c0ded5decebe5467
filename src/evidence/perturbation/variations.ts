/** Other answers beside the one under test: drawn ones, or those that follow from another token at one position. */
import { pickPosition, type PositionRule } from '../../math/perturbed-position.js'
import { tokenEntropies } from '../../math/token-entropy.js'
import type { PerturbedToken, ScoredAnswer, Token, Variant, VariationKind, Variations } from '../../scorer.js'
import { isEndToken } from '../end-token.js'
import type { Sources } from '../kind.js'
import { Missing } from '../missing.js'
import { gatherSimilarity } from '../similarity/similarity.js'
import { locateTokens } from '../tokens/located-tokens.js'
import { askedIn } from './conversation.js'

/** `count` alternatives at the position; `embed` asks for cosines. */
export interface VariationRequest {
  readonly kind: VariationKind
  readonly count: number
  readonly embed: boolean
}

type Varied = Pick<Variations, 'answer' | 'variants' | 'position'>

/** The answer and its variants. Throws `Missing`. */
export async function gatherVariations(
  sources: Sources,
  { kind, count, embed }: VariationRequest
): Promise<Variations> {
  const varied = kind === 'sample' ? await drawn(sources) : await perturbed(sources, kind, count)
  const texts = [varied.answer, ...varied.variants.map(({ text }) => text)]
  return { ...varied, kind, similarity: embed ? await gatherSimilarity(texts, sources.embeddings) : null }
}

async function drawn({ get }: Sources): Promise<Varied> {
  const [answer, samples] = await Promise.all([get('answer'), get('samples')])
  return { answer: answer.text, variants: samples.map(({ text }) => ({ text, replacement: null })), position: null }
}

async function perturbed(sources: Sources, rule: PositionRule, count: number): Promise<Varied> {
  askedIn(sources.input)
  const answer = await sources.get('answer.logprobs')
  const position = positionIn(answer, rule)
  const { spans } = locateTokens(answer, sources.input.answer)
  const before = answer.text.slice(0, spans[position.index]!.start)
  const replacements = replacementsOf(answer.tokens[position.index]!, before, count)
  if (replacements.length === 0) {
    throw new Missing(
      'skipped',
      'needs_alternatives',
      'No other token is known at the position: supply `top_logprobs` with the answer, or let Qualm read it.'
    )
  }
  const left = Math.max(1, sources.input.maxTokens - position.index - 1)
  const variants = await Promise.all(replacements.map((token) => continued(token, before, left, sources)))
  return { answer: answer.text, variants, position }
}

/** Positions of tokens that carry text, with their entropies. */
function positionIn({ tokens, text }: ScoredAnswer, rule: PositionRule): PerturbedToken {
  const spoken = tokens.filter((token) => !token.end)
  if (spoken.length === 0 || text === '') {
    throw new Missing('failed', 'empty_answer', 'There is no token that could be replaced.')
  }
  const known = tokenEntropies(spoken, null)
  if (known === null) {
    throw new Missing('skipped', 'needs_alternatives', 'Supply `top_logprobs`, from which entropies can be bounded.')
  }
  const picked = pickPosition(
    known.map(({ lower }) => lower),
    rule
  )
  const { index: at, lower } = known[picked.index]!
  return { index: tokens.indexOf(spoken[at]!), text: spoken[at]!.text, entropy: lower, fellBack: picked.fellBack }
}

/** One place is the emitted token's, others may be parts of characters or the same text twice. */
const SPARE_ALTERNATIVES = 3
const MOST_ALTERNATIVES = 20

/** Alternatives that are looked at for `count` of them; more would come and go with what other evidence asks for. */
export function alternativesFor(count: number): number {
  return Math.min(MOST_ALTERNATIVES, count + SPARE_ALTERNATIVES)
}

/** The best tokens beside the emitted one. Parts of characters cannot be put into a text, and no answer is empty. */
function replacementsOf(token: Token, before: string, count: number): readonly string[] {
  const others = token.alternatives
    .slice(0, alternativesFor(count))
    .map(({ text }) => (isEndToken(text, text.length) ? '' : text))
  const usable = others.filter((text) => text !== token.text && !text.includes('\uFFFD'))
  return [...new Set(usable)].filter((text) => text !== '' || before.trim() !== '').slice(0, count)
}

/** The answer with another token in it; after the end nothing follows. */
async function continued(
  replacement: string,
  before: string,
  maxTokens: number,
  { input, ask }: Sources
): Promise<Variant> {
  if (replacement === '') return { text: before, replacement }
  const prefill = before + replacement
  const request = {
    model: input.model,
    messages: input.messages ?? [],
    prefill,
    rows: [{ temperature: 0, topP: 1, topK: null }],
    maxTokens,
    stop: input.stop,
    seed: input.seed,
    topCount: 0
  }
  const { rows } = await ask.generate(request)
  return { text: prefill + rows[0]!.text, replacement }
}
