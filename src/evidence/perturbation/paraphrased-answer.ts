/** How the answer under test fares when its question is put in other words. */
import type { Generation, ParaphrasedAnswer, ParaphraseForm, Paraphrases, Probe, Token } from '../../scorer.js'
import { toGeneration, toToken } from '../generation/generated-rows.js'
import { readAs } from '../generation/teacher-forcing.js'
import type { Sources } from '../kind.js'
import { Missing } from '../missing.js'
import { gatherSimilarity } from '../similarity/similarity.js'
import { askedIn } from './conversation.js'

/** `embed` asks for cosines of the replies; readings have none. */
export interface FareRequest {
  readonly form: ParaphraseForm
  readonly embed: boolean
}

/** All probes at once, one call each. Throws `Missing`. */
export async function gatherParaphrasedAnswer(
  sources: Sources,
  paraphrases: Paraphrases,
  answer: Generation,
  { form, embed }: FareRequest
): Promise<ParaphrasedAnswer> {
  const { probes } = paraphrases
  if (form === 'likelihood') {
    const readings = await Promise.all(probes.map((probe) => reading(probe, answer, sources)))
    return { ...paraphrases, answer: answer.text, replies: null, replySimilarity: null, readings }
  }
  const replies = await Promise.all(probes.slice(1).map((probe) => reply(probe, sources)))
  const texts = [answer.text, ...replies.map(({ text }) => text)]
  const replySimilarity = embed ? await gatherSimilarity(texts, sources.embeddings) : null
  return { ...paraphrases, answer: answer.text, replies, replySimilarity, readings: null }
}

async function reading(probe: Probe, answer: Generation, { input, ask }: Sources): Promise<readonly Token[]> {
  const messages = askedIn(input).withQuestion(probe.text)
  if (answer.text === '') throw new Missing('failed', 'empty_answer', 'An empty text has no tokens to score.')
  const includeEnd = readAs(answer.finishReason) === 'stop'
  const result = await ask.scoreText({ model: input.model, messages, text: answer.text, includeEnd, topCount: 0 })
  return result.tokens.map(toToken)
}

async function reply(probe: Probe, { input, ask }: Sources): Promise<Generation> {
  const { model, maxTokens, stop, seed } = input
  const request = {
    model,
    messages: askedIn(input).withQuestion(probe.text),
    rows: [{ temperature: 0, topP: 1, topK: null }],
    maxTokens,
    stop,
    seed,
    topCount: 0
  }
  const { rows } = await ask.generate(request)
  return toGeneration(rows[0]!)
}
