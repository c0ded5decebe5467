/** A streamed answer: every event goes on as it comes, and its uncertainty before the last. */
import { QualmError } from '../errors.js'
import type { Acts } from './act.js'
import type { Assessment } from './assessment.js'
import type { ChatContext, HeardChoice } from './contract.js'
import { errorObject } from './error-object.js'
import { DONE, eventOf, eventsOf, readEvent, type DataEvent } from './events.js'
import { Heard } from './heard.js'
import { HeldEnd } from './held-end.js'
import { lastChunks, type StreamedAnswer } from './last-chunks.js'
import { isJson, readObject } from './incoming.js'
import { withoutMember } from './splice.js'

export interface Streaming {
  readonly assessment: Assessment
  readonly acts: Acts
  readonly context: ChatContext
  /** The JSON text of a chunk as the caller gets it. */
  readonly change: (chunk: string) => string
  /** Told what the choices said, once they are whole. */
  readonly heard: (choices: readonly HeardChoice[]) => void
}

/** An event on its way; nothing of it where `out` is empty. `data` is null for what is no chunk. */
interface Passed {
  readonly out: string | Uint8Array
  readonly data: string | null
}

function pass(bytes: Uint8Array, heard: Heard, change: Streaming['change']): Passed {
  const event = readEvent(bytes)
  const data = event?.data ?? null
  const chunk = data === null || data === DONE ? null : readObject(data)
  if (event === null || chunk === null) return { out: bytes, data }
  heard.hear(chunk)
  if ('uncertainty' in chunk) return { out: withoutUncertainty(event, chunk, change), data }
  if (!event.data.includes('"logprobs"')) return { out: bytes, data }
  const changed = change(event.data)
  return { out: changed === event.data ? bytes : event.with(changed), data }
}

/** A chunk of an upstream that scores its answers, too: what it says of itself would stand beside what is found here. */
function withoutUncertainty(
  event: DataEvent,
  { choices, usage }: Readonly<Record<string, unknown>>,
  change: Streaming['change']
): string {
  const isAllOfIt = Array.isArray(choices) && choices.length === 0 && !isJson(usage)
  return isAllOfIt ? '' : event.with(change(withoutMember(event.data, 'uncertainty')))
}

/** The answer that was heard. A choice that nobody said had ended may have been cut. */
function answerIn(heard: Heard): StreamedAnswer {
  const choices = heard.choices().map((choice) => ({ ...choice, finishReason: choice.finishReason ?? 'length' }))
  return { choices, head: heard.head, usage: heard.usage }
}

/** Notes the whole answer, and ends it. */
function ending(heard: Heard, streaming: Streaming, end: HeldEnd): AsyncGenerator<string | Uint8Array> {
  const answer = answerIn(heard)
  streaming.heard(answer.choices)
  return lastChunks(answer, { ...streaming, end })
}

/** An event that the clients of OpenAI's API raise as an error. */
export function errorEvent(error: unknown): string {
  const known = error instanceof QualmError ? error : new QualmError('QUALM_ERR_UPSTREAM', 'The stream broke off.')
  return eventOf(JSON.stringify(errorObject(known)))
}

const cutShort = () =>
  new QualmError('QUALM_ERR_UPSTREAM', 'The upstream ended its stream before the answer was whole; ask again.')

const toldError = () => new QualmError('QUALM_ERR_UPSTREAM', 'The upstream told an error in mid-stream.')

/** Passes a stream of chunks on. It ends with an error event, and without uncertainty, when the upstream breaks off. */
export async function* streamed(
  source: AsyncIterable<Uint8Array>,
  streaming: Streaming
): AsyncGenerator<string | Uint8Array> {
  const { assessment, acts, context, change } = streaming
  const heard = new Heard()
  const end = new HeldEnd(acts.mayFollow)
  let isTold = false
  try {
    for await (const bytes of eventsOf(source)) {
      const { out, data } = pass(bytes, heard, change)
      if (data === DONE && !heard.failed && !isTold) {
        isTold = true
        yield* ending(heard, streaming, end)
      }
      const now = isTold || heard.failed ? out : end.pass(out)
      if (now.length > 0) yield now
    }
    if (heard.failed && !isTold) context.note(toldError(), 'broke off')
    if (isTold || heard.failed) return
    if (!heard.isFinished) throw cutShort()
    isTold = true
    yield* ending(heard, streaming, end)
  } catch (error) {
    context.signal.throwIfAborted()
    context.note(error, 'broke off')
    yield errorEvent(error)
  } finally {
    if (!isTold) assessment.abandon()
  }
}
