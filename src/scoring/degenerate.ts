import type { Evidence } from '../evidence/evidence.js'
import { Missing } from '../evidence/missing.js'
import type { Generation } from '../scorer.js'
import type { Plan } from './plan.js'

/** Chance below which agreement of all samples is too good to come from independent draws. */
const CREDIBLE = 0.05

/**
 * True when the samples are bound to agree, which looks just like certainty: supplied ones that are all the same text
 * (a cache or a fixed seed), several drawn at temperature 0, or the same text again and again from an upstream, unless
 * it has been seen to draw anew for each seed and its own probabilities make that agreement likely. Samples of the
 * embedded model are independent.
 */
export function areDegenerate({ input, isRemote, isSeeded }: Plan, drawn: readonly Generation[]): boolean {
  const { samples, rows, sampling } = input
  if (samples !== null) return areEqual(samples.map((sample) => sample.generation))
  if (rows.samples > 1 && sampling.temperature === 0) return true
  return isRemote && areEqual(drawn) && !(isSeeded() && isLikely(drawn, sampling.temperature))
}

/** The samples that were drawn; none where they could not be. */
export async function drawnSamples({ input }: Plan, evidence: Evidence): Promise<readonly Generation[]> {
  if (input.samples !== null || input.rows.samples === 0) return []
  try {
    return await evidence.get('samples')
  } catch (error) {
    if (error instanceof Missing) return []
    throw error
  }
}

function areEqual(texts: readonly Generation[]): boolean {
  return texts.length > 1 && new Set(texts.map(({ text }) => text)).size === 1
}

/** Whether draws after the first are likely to repeat it, by the probability that the model gave it. */
function isLikely(samples: readonly Generation[], temperature: number): boolean {
  const [first] = samples
  // At a higher temperature than that of the values the text is less probable than they say.
  const areOfDraws = first?.basis === 'post_sampling' || (first?.basis === 'pre_sampling' && temperature <= 1)
  if (!areOfDraws || !first.tokens?.some(({ logprob, end }) => !end && logprob < 0)) return false
  const logprob = first.tokens.reduce((sum, token) => sum + token.logprob, 0)
  return (samples.length - 1) * logprob >= Math.log(CREDIBLE)
}
