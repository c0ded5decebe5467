/** What is sent once a streamed answer is whole and judged. */
import type { Acts } from './act.js'
import type { Assessment } from './assessment.js'
import type { ChatContext, HeardChoice } from './contract.js'
import { eventOf } from './events.js'
import type { HeldEnd } from './held-end.js'

export interface Ending {
  readonly assessment: Assessment
  readonly acts: Acts
  readonly context: ChatContext
  readonly end: HeldEnd
}

/** The answer as it was streamed. */
export interface StreamedAnswer {
  readonly choices: readonly HeardChoice[]
  /** What all its chunks have in common: id, time, model. */
  readonly head: Readonly<Record<string, unknown>>
  readonly usage: Readonly<Record<string, unknown>> | null
}

/** More text where that follows from the uncertainty of the answer, its end, and the chunk that tells it. */
export async function* lastChunks(
  { choices, head, usage }: StreamedAnswer,
  { assessment, acts, context, end }: Ending
): AsyncGenerator<string | Uint8Array> {
  const assessed = await assessment.tell(choices)
  const { text, assessed: told } = await acts.behind(assessed, usage)
  const chunk = { ...head, object: 'chat.completion.chunk' }
  const choice = { index: 0, delta: { content: text }, logprobs: null, finish_reason: null }
  if (text !== null) yield eventOf(JSON.stringify({ ...chunk, choices: [choice] }))
  yield* end.release()
  const last = JSON.stringify({ ...chunk, choices: [] })
  yield eventOf(`${last.slice(0, -1)},"uncertainty":${context.write(told.json)}}`)
}
