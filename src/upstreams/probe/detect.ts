/** Finds out what kind of server an upstream is, from what it says of itself. */
import { QualmError } from '../../errors.js'
import type { Transport } from '../contract.js'
import type { DialectName } from '../settings.js'

type Answer = Readonly<Record<string, unknown>>

/** What a GET found: the status, and the JSON object where there was one. */
interface Told {
  readonly status: number
  readonly answer: Answer | null
}

const isObject = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function objectIn(text: string): Answer | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

/** Any status is an answer; only a network that fails rejects. */
async function get(transport: Transport, path: string, signal: AbortSignal): Promise<Told> {
  const { status, body } = await transport.open({ method: 'GET', path }, { signal })
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  const isGood = status >= 200 && status < 300
  return { status, answer: isGood ? objectIn(Buffer.concat(parts).toString('utf8')) : null }
}

/** Owners as servers name them in their list of models. */
const OWNERS: Readonly<Record<string, DialectName>> = { vllm: 'vllm', llamacpp: 'llamacpp', me: 'llamacpp' }

function ownerIn(answer: Answer | null): DialectName | null {
  const data: unknown = answer?.['data']
  const first: unknown = Array.isArray(data) ? data[0] : null
  const owner = isObject(first) ? first['owned_by'] : null
  return typeof owner === 'string' && Object.hasOwn(OWNERS, owner) ? OWNERS[owner]! : null
}

const hasVersion = (answer: Answer): boolean => /^\d+\.\d+/u.test(String(answer['version']))
const isTgi = (answer: Answer): boolean =>
  typeof answer['model_id'] === 'string' && Object.keys(answer).some((key) => key.startsWith('max_'))
const isLlamaCpp = (answer: Answer): boolean => 'default_generation_settings' in answer || 'total_slots' in answer
/** Other programs tell their version here too, but with their name. */
const isVllm = (answer: Answer): boolean => hasVersion(answer) && Object.keys(answer).length === 1

/** Paths of their own, in the order in which they are tried: the most telling first. */
const SIGNS: readonly (readonly [DialectName, string, (answer: Answer) => boolean])[] = [
  ['ollama', '//api/version', hasVersion],
  ['tgi', '//info', isTgi],
  ['llamacpp', '//props', isLlamaCpp],
  ['vllm', '//version', isVllm]
]

/** A server that is overloaded or broken tells nothing of its kind. */
function requireWhole({ status }: Pick<Told, 'status'>): void {
  if (status !== 429 && status < 500) return
  throw new QualmError('QUALM_ERR_UPSTREAM', `The upstream answers ${status}, so that its dialect stays unknown.`, {
    extra: { upstream_status: status }
  })
}

/**
 * The dialect of the server behind `transport`, by at most five GETs: the owner in its list of models, then paths that
 * only one kind of server has; `openai` when it answers and none of them fits. Rejects with what the transport throws,
 * and with QUALM_ERR_UPSTREAM when the list of models fails with 429 or 5xx and nothing else tells: a server that cannot
 * be asked is not taken for any kind.
 */
export async function detectDialect(transport: Transport, signal: AbortSignal): Promise<DialectName> {
  const models = await get(transport, '/models', signal)
  const owner = ownerIn(models.answer)
  if (owner !== null) return owner
  for (const [name, path, fits] of SIGNS) {
    const { status, answer } = await get(transport, path, signal)
    if (answer !== null && fits(answer)) return name
    if (status === 429 || status === 503) requireWhole({ status })
  }
  requireWhole(models)
  return 'openai'
}
