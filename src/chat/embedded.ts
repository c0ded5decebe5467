/** Chat with the embedded model: OpenAI's form around one call of the engine. */
import { randomInt, randomUUID } from 'node:crypto'
import type { Clock } from '../engine/clock.js'
import type { Engine, GenerateRequest, ModelInfo } from '../engine/engine.js'
import { predictedMs } from '../scoring/budget.js'
import { Deadline } from '../scoring/deadline.js'
import type { Demand } from '../scoring/demand.js'
import { requireReady } from '../scoring/model-choice.js'
import type { ScoringDependencies } from '../scoring/scoring.js'
import type { Acts } from './act.js'
import type { Assessment } from './assessment.js'
import type { ChatAnswer, ChatContext } from './contract.js'
import { completionOf, heardRow, SCORED_TOP, usageOf, type Head } from './embedded-answer.js'
import type { EmbeddedSettings } from './embedded-settings.js'
import { embeddedChunks, Pieces } from './embedded-stream.js'
import { HeldEnd } from './held-end.js'
import { lastChunks } from './last-chunks.js'
import { DONE, eventOf } from './events.js'
import { withUncertainty } from './incoming.js'
import { scoreHeaders } from './relay.js'
import { errorEvent } from './stream.js'

export interface EmbeddedCall {
  readonly engine: Engine
  readonly admission: ScoringDependencies['admission']
  readonly deadlineMs: number
  readonly clock: Clock
  readonly model: ModelInfo
  readonly settings: EmbeddedSettings
  readonly isStreamed: boolean
  readonly context: ChatContext
  readonly acts: Acts
  /** Null: the answer is not scored. */
  readonly assessment: Assessment | null
}

const LARGEST_SEED = 4_294_967_295
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const EVENTS_TYPE = { 'content-type': 'text/event-stream; charset=utf-8' }

/** Rows alone are asked for. */
const demandOf = (samples: number): Demand => ({
  rows: { greedy: false, samples },
  topCount: 0,
  distributions: false,
  forcedTexts: [],
  promptChars: 0,
  generations: 0,
  completionTokens: 0,
  pairs: 0,
  embeddings: 0
})

function requestOf({ model, settings, assessment }: EmbeddedCall): GenerateRequest {
  const { messages, count, temperature, topP, maxTokens, stop, seed, topCount } = settings
  return {
    model: model.id,
    messages,
    rows: Array.from({ length: count }, () => ({ temperature, topP, topK: null })),
    maxTokens,
    stop,
    seed: seed ?? randomInt(LARGEST_SEED),
    topCount: Math.max(topCount ?? 0, assessment === null ? 0 : SCORED_TOP)
  }
}

/** Asks the engine behind the gate, within the deadline. The answer has its place before its samples ask for one. */
async function generate(call: EmbeddedCall, listen: Parameters<ConstructorParameters<typeof Pieces>[0]>[0] | null) {
  const { engine, admission, deadlineMs, settings, context, assessment } = call
  const deadline = new Deadline(context.signal, call.clock)
  deadline.limit(deadlineMs)
  const { signal } = deadline
  try {
    const costMs = predictedMs(demandOf(settings.count), settings)
    const release = await admission.acquire({ signal, costMs, deadlineMs })
    assessment?.draw()
    return await deadline.bound(() => engine.generate(requestOf(call), { signal, ...listen })).finally(release)
  } finally {
    deadline.stop()
  }
}

const headOf = ({ model }: EmbeddedCall): Head => ({
  id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
  created: Math.floor(Date.now() / 1000),
  model: model.id
})

async function whole(call: EmbeddedCall): Promise<ChatAnswer> {
  const { settings, assessment, context } = call
  const output = await generate(call, null)
  const text = JSON.stringify(completionOf(headOf(call), output, settings.topCount))
  if (assessment === null) return { status: 200, headers: JSON_TYPE, body: text }
  const judged = await call.acts.whole({ text, assessed: await assessment.tell(output.rows.map(heardRow)) })
  const body = withUncertainty(judged.text, context.write(judged.assessed.json))
  return { status: 200, headers: { ...JSON_TYPE, ...scoreHeaders(judged.assessed) }, body }
}

/** The same chunks; those that `end` holds come later. */
async function* holding<R>(chunks: AsyncGenerator<string, R>, end: HeldEnd): AsyncGenerator<string | Uint8Array, R> {
  try {
    for (;;) {
      const next = await chunks.next()
      if (next.done === true) return next.value
      const now = end.pass(next.value)
      if (now.length > 0) yield now
    }
  } finally {
    await chunks.return(undefined as never)
  }
}

async function* streamed(call: EmbeddedCall, pieces: Pieces): AsyncGenerator<string | Uint8Array> {
  const { settings, assessment, context } = call
  const head = headOf(call)
  let isTold = false
  try {
    const end = new HeldEnd(assessment !== null && call.acts.mayFollow)
    const output = yield* holding(embeddedChunks(pieces, head, settings), end)
    isTold = true
    if (assessment !== null) {
      const answer = { choices: output.rows.map(heardRow), head: { ...head }, usage: usageOf(output) }
      yield* lastChunks(answer, { assessment, acts: call.acts, context, end })
    }
    yield eventOf(DONE)
  } catch (error) {
    context.signal.throwIfAborted()
    context.note(error, 'broke off')
    yield errorEvent(error)
  } finally {
    if (!isTold) assessment?.abandon()
  }
}

/** Answers with the embedded model. Rejects as the engine does; a stream begins only once a token has come. */
export async function answerEmbedded(call: EmbeddedCall): Promise<ChatAnswer> {
  try {
    requireReady(call.model)
    if (!call.isStreamed) return await whole(call)
    const pieces = new Pieces((listen) => generate(call, listen))
    await pieces.started()
    return { status: 200, headers: EVENTS_TYPE, body: streamed(call, pieces) }
  } catch (error) {
    call.assessment?.abandon()
    throw error
  }
}
