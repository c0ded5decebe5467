/** What follows from the decision about an answer: a note, another text, or a stronger model. */
import type { Prices } from '../engine/engine.js'
import { QualmError, type ErrorCode } from '../errors.js'
import type { ChatUncertainty } from '../schemas/chat.js'
import type { Assessed } from './contract.js'
import { heardChoices, isJson, readObject } from './incoming.js'
import { applyEdits, membersNamed, objectTree, replaceValue, type Edit } from './splice.js'

type Json = Readonly<Record<string, unknown>>

/** A whole answer as JSON text, and its uncertainty. */
export interface Judged {
  readonly text: string
  readonly assessed: Assessed
}

/** What acts on the answers of one request. */
export interface Acts {
  /** Whether more text may have to follow an answer that is streamed. */
  readonly mayFollow: boolean
  /** The answer that the caller gets in place of `judged`, with what was done in its `uncertainty`. */
  whole(judged: Judged): Promise<Judged>
  /**
   * For an answer that has been streamed already: text to send behind it, or null. Nothing that was sent can be taken
   * back, so that another text or a stronger model's answer follows it.
   */
  behind(assessed: Assessed, usage: Json | null): Promise<{ readonly assessed: Assessed; readonly text: string | null }>
}

export interface ActingOptions {
  readonly asked: ChatUncertainty
  /** Alias of the model that answered. */
  readonly model: string
  readonly pricesOf: (alias: string) => Prices | null
  /** The whole answer of another model to the same request, as JSON text. Throws as a chat request does. */
  readonly askOther: (alias: string) => Promise<string>
  /** Told why the stronger model's answer is not given. */
  readonly failed?: (why: Failed) => void
}

/** As it stands in the `act` of `uncertainty`. */
export interface Failed {
  readonly code: ErrorCode
  readonly message: string
}

/** Said where an answer is withheld and the request has no words of its own. */
export const WITHHELD = 'I am not certain enough to answer this.'

/** What is to be done about an answer. */
type Intent = { readonly kind: 'none' } | Saying | Escalation

interface Saying {
  readonly kind: 'append' | 'replace'
  readonly message: string
}

interface Escalation {
  readonly kind: 'escalate'
  readonly model: string
}

function intentOf({ asked, model }: ActingOptions, { result }: Assessed): Intent {
  const { on_abstain: abstain, on_escalate: escalate } = asked
  const decision = result?.decision
  if (decision?.action === 'abstain' && abstain !== undefined && abstain.do !== 'mark') {
    return { kind: abstain.do, message: abstain.message ?? WITHHELD }
  }
  if (decision?.action !== 'escalate' || escalate === undefined || escalate.model === model) return { kind: 'none' }
  return { kind: 'escalate', model: escalate.model }
}

/** What one model was paid for one answer. Null amounts: the server did not count, or nothing is charged. */
function costOf(model: string, usage: unknown, prices: Prices | null): Json {
  const counted = isJson(usage) ? usage : {}
  const tokens = (name: string): number | null => (typeof counted[name] === 'number' ? counted[name] : null)
  const [prompt, completion] = [tokens('prompt_tokens'), tokens('completion_tokens')]
  const isKnown = prices !== null && prompt !== null && completion !== null
  const amount = isKnown ? (prompt * prices.inputPerMillion + completion * prices.outputPerMillion) / 1e6 : null
  return { model, prompt_tokens: prompt, completion_tokens: completion, amount, currency: prices?.currency ?? null }
}

const usageIn = (text: string): unknown => readObject(text)?.['usage'] ?? null

/** What came of asking the stronger model: its answer, with the text of the first choice, or why there is none. */
type Stronger = { readonly answer: string; readonly text: string | null } | { readonly error: Failed }

async function strongerAnswer(ask: ActingOptions['askOther'], alias: string): Promise<Stronger> {
  try {
    const answer = await ask(alias)
    const first = heardChoices(readObject(answer) ?? {})?.find(({ index }) => index === 0)
    if (first !== undefined) return { answer, text: first.text }
    throw new QualmError('QUALM_ERR_UPSTREAM', `The model ${alias} answered with something other than a completion.`)
  } catch (error) {
    if (!(error instanceof QualmError) || error.code === 'QUALM_ERR_CLIENT_GONE') throw error
    return { error: { code: error.code, message: error.message } }
  }
}

const NO_TEXT_TO_ADD: Failed = {
  code: 'QUALM_ERR_UPSTREAM',
  message: 'The stronger model gave no text that could follow a streamed answer; ask it without `stream`.'
}

/** Builds what acts on the answers of one request. */
export function actsOf(options: ActingOptions): Acts {
  const { asked, model, pricesOf, askOther, failed = () => undefined } = options

  /** Both models' costs are told only where two were asked, or where there are prices. */
  const withCosts = (assessed: Assessed, usage: unknown, more: Json = {}): Assessed => {
    const prices = pricesOf(model)
    const isWorthTelling = prices !== null || Object.keys(more).length > 0
    if (!isWorthTelling) return assessed
    const { usage: own } = (assessed.result ?? {}) as { readonly usage?: Json }
    const samples = own !== undefined && Number(own['model_calls']) > 0 ? { samples: costOf(model, own, prices) } : {}
    return withMembers(assessed, { costs: { answer: costOf(model, usage, prices), ...samples, ...more } })
  }

  /** Asks the stronger model; `fits` says whether its answer can be given. The costs of both are told in any case. */
  const escalated = async (
    assessed: Assessed,
    usage: unknown,
    intent: Escalation,
    fits: (text: string | null) => boolean
  ) => {
    const other = await strongerAnswer(askOther, intent.model)
    const without = (told: Assessed, why: Failed) => {
      failed(why)
      return { assessed: withAct(told, intent, { ...why }), other: null }
    }
    if ('error' in other) return without(withCosts(assessed, usage), other.error)
    const escalation = costOf(intent.model, usageIn(other.answer), pricesOf(intent.model))
    const costed = withCosts(assessed, usage, { escalation })
    if (!fits(other.text)) return without(costed, NO_TEXT_TO_ADD)
    return { assessed: withAct(costed, intent), other }
  }

  return {
    mayFollow: (asked.on_abstain?.do ?? 'mark') !== 'mark' || asked.on_escalate !== undefined,

    async whole({ text, assessed }) {
      const intent = intentOf(options, assessed)
      const usage = usageIn(text)
      if (intent.kind === 'none') return { text, assessed: withCosts(assessed, usage) }
      if (intent.kind !== 'escalate') {
        return { text: withMessage(text, intent), assessed: withAct(withCosts(assessed, usage), intent) }
      }
      const { assessed: told, other } = await escalated(assessed, usage, intent, () => true)
      return { text: other === null ? text : other.answer, assessed: told }
    },

    async behind(assessed, usage) {
      const intent = intentOf(options, assessed)
      if (intent.kind === 'none') return { text: null, assessed: withCosts(assessed, usage) }
      if (intent.kind !== 'escalate') {
        const told = withAct(withCosts(assessed, usage), { ...intent, kind: 'append' })
        return { text: `\n\n${intent.message}`, assessed: told }
      }
      const { assessed: told, other } = await escalated(assessed, usage, intent, (text) => (text ?? '') !== '')
      return { text: other === null ? null : `\n\n${other.text}`, assessed: told }
    }
  }
}

const DONE_AS = { append: 'appended', replace: 'replaced', escalate: 'escalated' } as const

function withAct(assessed: Assessed, intent: Exclude<Intent, { kind: 'none' }>, error?: Json): Assessed {
  const did = error === undefined ? DONE_AS[intent.kind] : 'failed'
  const model = intent.kind === 'escalate' ? { model: intent.model } : {}
  return withMembers(assessed, { act: { did, ...model, ...(error === undefined ? {} : { error }) } })
}

function withMembers({ json, result }: Assessed, members: Json): Assessed {
  return { json: { ...json, ...members }, result }
}

/** The answer with other words in every choice that has a text; log-probabilities of the old ones go. */
function withMessage(text: string, { kind, message }: Saying): string {
  const root = objectTree(text)
  const choices = root === null ? [] : (membersNamed(root, 'choices')[0]?.children?.[1]?.children ?? [])
  const edits = choices.flatMap((choice): Edit[] => {
    const content = membersNamed(choice, 'message').flatMap((member) => {
      const value = member.children?.[1]
      return value === undefined ? [] : membersNamed(value, 'content')
    })[0]
    const said: unknown = content?.children?.[1]?.value
    if (content === undefined || typeof said !== 'string') return []
    const words = kind === 'append' ? `${said}\n\n${message}` : message
    const logprobs = membersNamed(choice, 'logprobs').map((member) => replaceValue(member, 'null'))
    return [replaceValue(content, JSON.stringify(words)), ...logprobs]
  })
  return applyEdits(text, edits)
}
