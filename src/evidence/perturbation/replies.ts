/** What the model answers when each wording of the question is put to it several times. */
import type { Decoding } from '../../engine/engine.js'
import { derivedSeed } from '../../math/random.js'
import type { ParaphraseReplies, Paraphrases, Probe, ReplyStratum } from '../../scorer.js'
import type { Sources } from '../kind.js'
import { gatherSimilarity } from '../similarity/similarity.js'
import { askedIn } from './conversation.js'

/** How often each probe is answered, at each of the temperatures. */
export interface ReplyRequest {
  readonly replies: number
  readonly temperatures: readonly number[]
}

/** One call per probe, all at once; its rows are the replies at every temperature. Throws `Missing`. */
export async function gatherReplies(
  sources: Sources,
  paraphrases: Paraphrases,
  request: ReplyRequest
): Promise<ParaphraseReplies> {
  const { input, embeddings } = sources
  const { probes } = paraphrases
  const rows = request.temperatures.flatMap((temperature): Decoding[] =>
    Array.from({ length: request.replies }, () => ({ temperature, topP: 1, topK: null }))
  )
  const replies = await Promise.all(probes.map((probe, at) => repliesTo(probe, at, rows, sources)))
  const texts = [...new Set(replies.flat())]
  const [probeSimilarity, textSimilarity] = await Promise.all([
    gatherSimilarity(
      probes.map(({ text }) => text),
      embeddings
    ),
    gatherSimilarity(texts, embeddings)
  ])
  const strata = stratified(replies, texts, request)
  return { ...paraphrases, probeSimilarity, texts, textSimilarity, strata, seed: input.seed }
}

/** Every probe has a seed of its own: with one for all, replies would agree because their random numbers do. */
async function repliesTo(
  probe: Probe,
  at: number,
  rows: readonly Decoding[],
  { input, ask }: Sources
): Promise<readonly string[]> {
  const { model, maxTokens, stop } = input
  const messages = askedIn(input).withQuestion(probe.text)
  const seed = derivedSeed(input.seed, at)
  const result = await ask.generate({ model, messages, rows, maxTokens, stop, seed, topCount: 0 })
  return result.rows.toSorted((a, b) => a.index - b.index).map(({ text }) => text)
}

function stratified(
  replies: readonly (readonly string[])[],
  texts: readonly string[],
  { replies: count, temperatures }: ReplyRequest
): readonly ReplyStratum[] {
  const place = new Map(texts.map((text, i) => [text, i]))
  return temperatures.map((temperature, at) => ({
    temperature,
    replies: replies.map((list) => list.slice(at * count, (at + 1) * count).map((text) => place.get(text)!))
  }))
}
