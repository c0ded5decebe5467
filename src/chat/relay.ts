/** A chat request on its way to an upstream and back. */
import type { ScoreResult } from '../schemas/score-result.js'
import type { Capabilities, OpenReply, Upstream } from '../upstreams/contract.js'
import type { DialectName } from '../upstreams/settings.js'
import type { Acts } from './act.js'
import type { Assessment } from './assessment.js'
import type { Assessed, ChatAnswer, ChatCall, ChatContext, HeardChoice } from './contract.js'
import { heardChoices, isJson, readObject, withoutLogprobs, withUncertainty } from './incoming.js'
import { askingLogprobs, nextWay, outgoing, waysToAsk, type AskedTop } from './outgoing.js'
import { isAboutRequest, nonsense, passedHeaders, refusalFrom } from './refusal.js'
import type { Secret } from './secret.js'
import { streamed } from './stream.js'

export interface Relaying {
  readonly upstream: Upstream
  /** The upstream's own name of the model. */
  readonly model: string
  /** Its key, which is never passed on. */
  readonly secret: Secret
  readonly call: ChatCall
  readonly context: ChatContext
  /** Null: the answer is passed on and not scored. */
  readonly assessment: Assessment | null
  /** What follows from its uncertainty. */
  readonly acts: Acts
}

/** An answer that has begun, and whether it tells log-probabilities that the caller did not ask for. */
interface Opened {
  readonly reply: OpenReply
  readonly added: boolean
}

/** The headers that a shell or a gateway reads. */
export function scoreHeaders({ result, json }: Assessed): Readonly<Record<string, string>> {
  const { decision, confidence } = (result ?? json) as Partial<ScoreResult>
  // The confidence is that of the first answer, which the caller does not get.
  const isOther = isJson(json['act']) && json['act']['did'] === 'escalated'
  return {
    ...(decision === undefined ? {} : { 'x-uncertainty-action': decision.action }),
    ...(confidence === undefined || isOther ? {} : { 'x-uncertainty-confidence': String(confidence.value) })
  }
}

/** The whole text of an answer. Throws what the transport throws. */
export async function wholeText({ body }: Pick<OpenReply, 'body'>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

const isSuccess = ({ status }: OpenReply): boolean => status >= 200 && status < 300

/** Sends the request; asks again with less where the upstream refuses to tell log-probabilities. */
async function open(relaying: Relaying): Promise<Opened | ChatAnswer> {
  const { upstream, model, secret, call, context, assessment } = relaying
  const text = outgoing(call, model)
  const send = (body: string) => upstream.relay(body, { signal: context.signal, headers: call.headers })
  let ways = assessment === null ? [] : waysToAsk(call, upstream.known())
  let lesson: Partial<Capabilities> | null = null
  for (;;) {
    const top: AskedTop = ways[0] ?? null
    const asked = send(askingLogprobs(text, top))
    assessment?.draw()
    const reply = await asked
    if (isSuccess(reply) && lesson !== null) upstream.learn(lesson)
    if (isSuccess(reply)) return { reply: { ...reply, body: secret.filter(reply.body) }, added: top !== null }
    const refusal = await wholeText(reply)
    const next = isAboutRequest(reply.status) ? nextWay(ways, refusal) : undefined
    if (next === undefined) return refusalFrom(reply, refusal, secret)
    lesson = next[0] === null ? { logprobs: false } : { topLogprobs: 0 }
    ways = [...next]
  }
}

/** A server that does not stream, or failed before it began to, says so in one piece. */
const isWhole = ({ headers }: OpenReply): boolean => /json|html/iu.test(headers['content-type'] ?? '')

/** Which server answers, as soon as it is known: nothing waits for it. */
function dialectOf({ upstream, context }: Relaying): () => DialectName {
  let dialect: DialectName = 'openai'
  upstream.dialect(context.signal).then(
    (found) => {
      dialect = found
    },
    () => undefined
  )
  return () => dialect
}

/** An upstream that was asked for log-probabilities and told none of a text is not asked again. */
function learnFrom(choices: readonly HeardChoice[], { upstream, call }: Relaying, added: boolean): void {
  const wasAsked = added || call.body['logprobs'] === true
  const texts = choices.filter(({ text }) => text !== null && text !== '')
  if (!wasAsked || texts.length === 0 || texts.some(({ logprobs }) => logprobs !== null)) return
  upstream.learn({ logprobs: false })
}

/** The answer in one piece. */
async function whole({ reply, added }: Opened, relaying: Relaying, dialect: () => DialectName): Promise<ChatAnswer> {
  const { assessment, context, secret, acts } = relaying
  const received = await wholeText(reply)
  const headers = passedHeaders(reply, secret)
  if (assessment === null) return { status: reply.status, headers, body: received }
  const answer = readObject(received)
  const choices = answer === null ? null : heardChoices(answer)
  if (choices === null) throw nonsense(received, secret)
  learnFrom(choices, relaying, added)
  const text = added ? withoutLogprobs(received, dialect()) : received
  const judged = await acts.whole({ text, assessed: await assessment.tell(choices) })
  const body = withUncertainty(judged.text, context.write(judged.assessed.json))
  return { status: reply.status, headers: { ...headers, ...scoreHeaders(judged.assessed) }, body }
}

/** The same, where what scores say of failures is masked as the answer is: it may repeat words of the upstream. */
function discreet(relaying: Relaying): Relaying {
  const { context, secret } = relaying
  return { ...relaying, context: { ...context, write: (value) => secret.mask(context.write(value)) } }
}

/** Asks the upstream and gives its answer. Abandons the assessment when there is none to assess. */
export async function relay(given: Relaying): Promise<ChatAnswer> {
  const relaying = discreet(given)
  const { assessment, acts, secret, call, context } = relaying
  try {
    const dialect = dialectOf(relaying)
    const opened = await open(relaying)
    if (!('reply' in opened)) {
      assessment?.abandon()
      return opened
    }
    const { reply, added } = opened
    if (call.body.stream !== true || isWhole(reply)) return await whole(opened, relaying, dialect)
    const change = added ? (text: string) => withoutLogprobs(text, dialect()) : (text: string) => text
    const heard = (choices: readonly HeardChoice[]) => learnFrom(choices, relaying, added)
    const body = assessment === null ? reply.body : streamed(reply.body, { assessment, acts, context, change, heard })
    return { status: reply.status, headers: passedHeaders(reply, secret), body }
  } catch (error) {
    assessment?.abandon()
    throw error
  }
}
