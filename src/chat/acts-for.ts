/** What acts on the answers to one chat request: prices from the models, stronger answers from the chat itself. */
import type { Engine, Prices } from '../engine/engine.js'
import { QualmError } from '../errors.js'
import { actsOf, type Acts, type Failed } from './act.js'
import type { Chat, ChatCall, ChatContext } from './contract.js'

/** Fields of the request that are about how the first answer is sent and scored. */
const OF_THE_FIRST = new Set(['model', 'stream', 'stream_options', 'uncertainty', 'n'])

/** The same question to another model: one answer, whole, and not scored. */
function callTo(alias: string, { body, headers }: ChatCall): ChatCall {
  const rest = Object.entries(body).filter(([name]) => !OF_THE_FIRST.has(name))
  const asked = { ...Object.fromEntries(rest), model: alias, messages: body.messages, uncertainty: false as const }
  return { body: asked, bytes: Buffer.from(JSON.stringify(asked)), headers }
}

/** Throws when what is asked for can never come to be: acts without decisions, a model that is not there or the same. */
export function requireActs({ body }: ChatCall, model: string, engine: Engine): void {
  const asked = body.uncertainty
  if (asked === undefined || asked === false) return
  for (const field of ['on_abstain', 'on_escalate'] as const) {
    if (asked[field] === undefined || asked.policy !== undefined) continue
    throw refused(`/uncertainty/${field}`, 'acts on the decision of a policy: name one in `uncertainty.policy`')
  }
  const stronger = asked.on_escalate?.model
  if (stronger === model) throw refused('/uncertainty/on_escalate/model', 'is the model that answers already')
  if (stronger === undefined || engine.models().some(({ id, role }) => role === 'language' && id === stronger)) return
  throw new QualmError('QUALM_ERR_UNKNOWN_MODEL', 'There is no language model of that name; see GET /v1/models.', {
    errors: [{ pointer: '/uncertainty/on_escalate/model', message: 'not a language model' }]
  })
}

const refused = (pointer: string, message: string): QualmError =>
  new QualmError('QUALM_ERR_VALIDATION', `${pointer.slice(1).replaceAll('/', '.')} ${message}.`, {
    errors: [{ pointer, message }]
  })

/** Builds what acts on the answers of `model` to this request. */
export function actsFor(
  call: ChatCall,
  context: ChatContext,
  model: string,
  { engine, complete }: { readonly engine: Engine; readonly complete: Chat['complete'] }
): Acts {
  const { uncertainty } = call.body
  const pricesOf = (alias: string): Prices | null => engine.models().find(({ id }) => id === alias)?.prices ?? null
  const askOther = async (alias: string): Promise<string> => {
    const { status, body } = await complete(callTo(alias, call), context)
    if (status === 200 && typeof body === 'string') return body
    throw new QualmError('QUALM_ERR_UPSTREAM_REFUSED', `The model ${alias} answered with status ${status}.`)
  }
  const asked = uncertainty === false ? {} : (uncertainty ?? {})
  const failed = ({ code, message }: Failed) => context.note(new QualmError(code, message), 'act failed')
  return actsOf({ asked, model, pricesOf, askOther, failed })
}
