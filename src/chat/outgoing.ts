/** The caller's request as the upstream gets it. */
import type { Capabilities } from '../upstreams/contract.js'
import type { ChatCall } from './contract.js'
import { applyEdits, insertFirst, membersNamed, objectTree, replaceValue, withoutMember, type Edit } from './splice.js'

/** Alternatives per token that scores of an answer are better with. */
const WANTED_TOP = 5

/** How log-probabilities are asked for on the way: with so many alternatives, or (0) without any; null: not at all. */
export type AskedTop = number | null

/** Ways of asking, best first, as far as is known what the upstream can do. Empty: the caller has asked already. */
export function waysToAsk(call: ChatCall, known: Capabilities | null): readonly AskedTop[] {
  // What the caller says of them is the upstream's to take or to refuse.
  if (call.body['logprobs'] === true || (call.body['top_logprobs'] ?? null) !== null) return []
  if (known?.logprobs === false) return [null]
  const top = Math.min(WANTED_TOP, known?.topLogprobs ?? WANTED_TOP)
  return top > 0 ? [top, 0, null] : [0, null]
}

/** The next way to ask after a refusal; undefined when the refusal is about something else. */
export function nextWay(ways: readonly AskedTop[], refusal: string): readonly AskedTop[] | undefined {
  const [now] = ways
  if (now === undefined || now === null || !/logprob/iu.test(refusal)) return undefined
  if (now > 0 && /top_logprobs/iu.test(refusal)) return ways.slice(1)
  return [null]
}

/** The request text without `uncertainty`, under the upstream's own name of the model. */
export function outgoing(call: ChatCall, model: string): string {
  const text = withoutMember(new TextDecoder().decode(call.bytes), 'uncertainty')
  const root = objectTree(text)
  if (root === null || call.body.model === model) return text
  const named = membersNamed(root, 'model')
  if (named.length === 0) return applyEdits(text, [insertFirst(root, `"model":${JSON.stringify(model)}`)])
  return applyEdits(
    text,
    named.map((member) => replaceValue(member, JSON.stringify(model)))
  )
}

/** The same request asking for log-probabilities. */
export function askingLogprobs(text: string, top: AskedTop): string {
  const root = objectTree(text)
  if (root === null || top === null) return text
  const wanted: Readonly<Record<string, string>> = {
    logprobs: 'true',
    ...(top > 0 ? { top_logprobs: String(top) } : {})
  }
  const missing = Object.keys(wanted).filter((name) => membersNamed(root, name).length === 0)
  const edits: Edit[] = Object.entries(wanted).flatMap(([name, value]) =>
    membersNamed(root, name).map((member) => replaceValue(member, value))
  )
  const members = missing.map((name) => `"${name}":${wanted[name]!}`).join(',')
  return applyEdits(text, members === '' ? edits : [...edits, insertFirst(root, members)])
}
