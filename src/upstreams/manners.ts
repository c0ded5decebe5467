/** Servers that speak the same language refuse different words of it. What one refuses is said otherwise from then on. */
import { QualmError } from '../errors.js'
import type { Exchange, Reply, Transport } from './contract.js'

/** Statuses of a refusal of fields, as opposed to keys, models or paths. */
const FIELD_REFUSALS: ReadonlySet<unknown> = new Set([400, 413, 422, 501])

/** True when a server refused the fields of a request. */
export const refusesFields = (error: unknown): error is QualmError =>
  error instanceof QualmError &&
  error.code === 'QUALM_ERR_UPSTREAM_REFUSED' &&
  FIELD_REFUSALS.has(error.extra['upstream_status'])

/** Fields that may be left out, and the values at which they say no more than that nothing is to be changed. */
const MAY_BE_LEFT_OUT: Readonly<Record<string, (value: unknown) => boolean>> = {
  seed: () => true,
  top_p: (value) => value === 1,
  top_k: (value) => value === 0 || value === -1,
  min_p: (value) => value === 0,
  repeat_penalty: (value) => value === 1,
  repetition_penalty: (value) => value === 1
}

/** Newer models of OpenAI refuse the older name of the limit. */
const RENAMED: Readonly<Record<string, string>> = { max_tokens: 'max_completion_tokens' }

/** Words of servers that refuse a field without its name. */
const UNNAMED =
  /\b(?:extra|unknown|unexpected|unrecogni[sz]ed|unsupported) (?:inputs?|fields?|arguments?|parameters?)/iu

type Body = Readonly<Record<string, unknown>>

const isBody = (body: Exchange['body']): body is Body =>
  typeof body === 'object' && !(body instanceof Uint8Array) && body !== null

const isPartOfWord = (character: string): boolean => /\w/u.test(character)
const isQuote = (character: string): boolean => character !== '' && '\'"`'.includes(character)

/** Whether a message names a field, as a whole word; a word of everyday language counts only in quotes. */
function names(message: string, field: string): boolean {
  const [text, word] = [message.toLowerCase(), field.toLowerCase()]
  const fits = word.includes('_') ? (beside: string) => !isPartOfWord(beside) : isQuote
  for (let at = text.indexOf(word); word !== '' && at !== -1; at = text.indexOf(word, at + 1)) {
    if (fits(text.charAt(at - 1)) && fits(text.charAt(at + word.length))) return true
  }
  return false
}

/** The fields of `body` that the refusal is about and that can be said otherwise; empty when there is none. */
function refusedIn(body: Body, { message }: QualmError): readonly string[] {
  const fields = Object.keys(body)
  const named = fields.filter((field) => names(message, field))
  const canBeLeftOut = (field: string): boolean => MAY_BE_LEFT_OUT[field]?.(body[field]) === true
  if (named.length === 0) return UNNAMED.test(message) ? fields.filter(canBeLeftOut) : []
  // A limit that is only too high names no other field, and a server without that other one would write without end.
  const isRenamed = (field: string): boolean => field in RENAMED && names(message, RENAMED[field]!)
  return named.filter((field) => isRenamed(field) || canBeLeftOut(field))
}

/** The body without the refused fields, or with their other names. */
function reworded(body: Body, refused: ReadonlySet<string>): Body {
  const entries = Object.entries(body).flatMap(([field, value]): [string, unknown][] => {
    if (!refused.has(field)) return [[field, value]]
    const name = RENAMED[field]
    if (name !== undefined) return [[name, value]]
    return MAY_BE_LEFT_OUT[field]?.(value) === true ? [] : [[field, value]]
  })
  return Object.fromEntries(entries)
}

/**
 * The same transport; a request whose optional fields are refused is asked again without them, and when that goes well
 * so are all that follow. What would change the answer is never left out. `open` sends bodies on as they are.
 *
 * @param onRefused told the field, once for each
 */
export function withManners(transport: Transport, onRefused: (field: string) => void): Transport {
  const refused = new Set<string>()
  const learn = (fields: ReadonlySet<string>): void => {
    for (const field of fields) {
      if (refused.has(field)) continue
      refused.add(field)
      onRefused(field)
    }
  }
  const request: Transport['request'] = async (exchange, options) => {
    const { body } = exchange
    if (!isBody(body)) return transport.request(exchange, options)
    const asked = async (without: ReadonlySet<string>): Promise<Reply> => {
      const said = reworded(body, without)
      try {
        const reply = await transport.request({ ...exchange, body: said }, options)
        learn(without)
        return reply
      } catch (error) {
        const more = refusesFields(error) ? refusedIn(said, error) : []
        if (more.length === 0) throw error
        return asked(new Set([...without, ...more]))
      }
    }
    return asked(refused)
  }
  return {
    request,
    open: (exchange, options) => transport.open(exchange, options),
    check: () => transport.check(),
    problem: () => transport.problem(),
    stats: () => transport.stats(),
    close: () => transport.close()
  }
}
