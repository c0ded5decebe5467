/** Tells from two answers whether log-probabilities were read before or after temperature was applied. */
import type { Basis } from '../../engine/engine.js'
import type { Dialect, Drawing, RawToken } from '../contract.js'

/** Batched arithmetic moves log-probabilities by less than this, in nats. */
const NOISE = 0.03
/** No arithmetic moves a value so far, in nats: whatever the server applied, it was before it told. */
const LARGE_CHANGE = 0.5
/** Servers write impossible tokens as −9999. */
const IMPOSSIBLE = -1000

const isLogprob = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > IMPOSSIBLE

/** Log-probability by text: the chosen token and its alternatives. */
function listed({ text, logprob, top = [] }: RawToken): ReadonlyMap<string, number> {
  const pairs = [...top, { text, logprob }].filter((each) => isLogprob(each.logprob))
  return new Map(pairs.map((each) => [each.text, each.logprob as number]))
}

/** What the value of `text` becomes when temperature is applied to the listed distribution. */
function tempered(before: ReadonlyMap<string, number>, text: string, temperature: number): number {
  const scaled = [...before.values()].map((value) => value / temperature)
  const most = Math.max(...scaled)
  const total = most + Math.log(scaled.reduce((sum, value) => sum + Math.exp(value - most), 0))
  return before.get(text)! / temperature - total
}

/**
 * Compares the same first token of a greedy answer and of one drawn at `temperature`. Null when the two cannot be
 * compared, or when temperature would hardly change the value so that nothing can be seen.
 */
export function measuredBasis(greedy: RawToken, drawn: RawToken, temperature: number): Basis | null {
  const before = listed(greedy)
  const value = before.get(drawn.text)
  if (value === undefined || !isLogprob(drawn.logprob)) return null
  const after = tempered(before, drawn.text, temperature)
  const isTelling = Math.abs(after - value) >= 2 * NOISE
  const change = Math.abs(drawn.logprob - value)
  if (isTelling && Math.abs(drawn.logprob - after) <= NOISE) return 'post_sampling'
  if (isTelling && change <= NOISE) return 'pre_sampling'
  return change > LARGE_CHANGE ? 'post_sampling' : null
}

type Decoded = Pick<Drawing, 'temperature' | 'topP' | 'topK'>

/** Under this decoding a sampler leaves the model's distribution as it is. */
const isPlain = ({ temperature, topP, topK }: Decoded): boolean => temperature === 1 && topP === 1 && topK === null

/**
 * The basis of values drawn under a decoding, from what a probe found at temperature 0.3. A dialect that knows when its
 * sampler changes nothing is believed in that.
 */
export function basisUnder(found: Basis | null, drawing: Decoded, dialect: Dialect): Basis {
  const known = dialect.basis(drawing)
  if (found === null || found === 'unknown') return known
  if (found === 'pre_sampling' || isPlain(drawing)) return 'pre_sampling'
  return dialect.basis({ temperature: 0.3, topP: 1, topK: null }) === 'post_sampling' ? known : 'post_sampling'
}
