/** Finds out what an upstream can do by asking it for real. */
import type { Basis } from '../../engine/engine.js'
import type { Capabilities, Dialect, Drawing, Exchange, RawAnswer, RawToken, Transport } from '../contract.js'
import { fewerAlternatives, stepBelow } from '../drawing.js'
import { refusesFields } from '../manners.js'
import { measuredBasis } from './basis.js'

/** An open question: the first word is uncertain, and different draws differ. */
const QUESTION = 'Write one sentence about anything you like.'
const FORCED = 'The sky is blue.'
const PROBE_TEMPERATURE = 0.3
const SEEDS = [11, 11, 12] as const

const BASE: Drawing = {
  messages: [{ role: 'user', content: QUESTION }],
  prefill: '',
  chatBody: null,
  temperature: 0,
  topP: 1,
  topK: null,
  maxTokens: 4,
  stop: [],
  seed: SEEDS[0],
  n: 1,
  topCount: null
}

/** Whom the probe asks. */
interface Asked {
  readonly dialect: Dialect
  readonly transport: Transport
  readonly model: string
  readonly signal: AbortSignal
}

async function draw({ dialect, transport, model, signal }: Asked, changes: Partial<Drawing>): Promise<RawAnswer> {
  const { text } = await transport.request(dialect.draw(model, { ...BASE, ...changes }), { signal })
  return dialect.readDrawn(text)
}

/** The value of `ask`; `refused` when the server refuses the fields, null when it fails otherwise. */
async function tried<T, R>(signal: AbortSignal, refused: R, ask: () => Promise<T>): Promise<T | R | null> {
  try {
    return await ask()
  } catch (error) {
    signal.throwIfAborted()
    return refusesFields(error) ? refused : null
  }
}

interface Greedy {
  readonly answer: RawAnswer
  /** Alternatives that were asked for; null: no log-probabilities. */
  readonly topCount: number | null
}

/** Asks for the most alternatives, then for fewer, then without log-probabilities. Rejects when all are refused. */
async function drawGreedily(asked: Asked): Promise<Greedy> {
  let topCount: number | null = asked.dialect.maxTop
  for (;;) {
    try {
      return { answer: await draw(asked, { topCount }), topCount }
    } catch (error) {
      const next = fewerAlternatives(topCount, error)
      if (topCount === null || (next === undefined && !refusesFields(error))) throw error
      topCount = next === undefined ? stepBelow(topCount) : next
    }
  }
}

const isFinite = ({ logprob }: RawToken): boolean => typeof logprob === 'number' && Number.isFinite(logprob)
const firstOf = (answer: RawAnswer | null): RawToken | null => answer?.choices[0]?.tokens?.[0] ?? null

function readGreedy({ answer, topCount }: Greedy): Pick<Capabilities, 'logprobs' | 'topLogprobs'> {
  const choice = answer.choices[0]
  const none = { logprobs: false, topLogprobs: null }
  if (topCount === null) return none
  if (choice === undefined) return { logprobs: null, topLogprobs: null }
  if (choice.tokens === null) return (choice.text ?? '') === '' ? { logprobs: null, topLogprobs: null } : none
  if (choice.tokens.length === 0) return { logprobs: null, topLogprobs: null }
  if (!choice.tokens.some(isFinite)) return none
  return { logprobs: true, topLogprobs: Math.max(...choice.tokens.map(({ top = [] }) => top.length)) }
}

interface Drawn {
  readonly n: boolean | null
  readonly first: RawToken | null
}

/** Two choices of one call, at the temperature that shows the basis; one where the dialect knows of no more. */
async function drawTwo(asked: Asked, topCount: number | null): Promise<Drawn> {
  const n = Math.min(2, asked.dialect.maxChoices)
  const refused = { n: false, first: null }
  const found = await tried(asked.signal, refused, async () => {
    const answer = await draw(asked, { n, temperature: PROBE_TEMPERATURE, topCount })
    return { n: answer.choices.length > 1, first: firstOf(answer) }
  })
  if (n === 1) return { n: false, first: found?.first ?? null }
  return found ?? { n: null, first: null }
}

/** Null as well when every draw is the same: then a seed is not told from a cache. */
async function probeSeed(asked: Asked): Promise<boolean | null> {
  return tried(asked.signal, false, async () => {
    const texts: string[] = []
    for (const seed of SEEDS) {
      const { choices } = await draw(asked, { seed, temperature: 1, maxTokens: 12 })
      const text = choices[0]?.text ?? ''
      if (text === '') return null
      texts.push(text)
      if (texts.length === 2 && texts[0] !== texts[1]) return false
    }
    return texts[2] === texts[0] ? null : true
  })
}

async function probeForcing({ dialect, transport, model, signal }: Asked): Promise<boolean | null> {
  const { force } = dialect
  if (force === null) return false
  const ask = async (exchange: Exchange): Promise<string> => (await transport.request(exchange, { signal })).text
  const request = { model, messages: BASE.messages, text: FORCED, includeEnd: false, topCount: 0 }
  return tried(signal, false, async () => (await force(ask, model, request)).tokens.some(isFinite))
}

function basisOf({ dialect }: Asked, greedy: RawToken | null, drawn: RawToken | null): Basis {
  const measured = greedy === null || drawn === null ? null : measuredBasis(greedy, drawn, PROBE_TEMPERATURE)
  return measured ?? dialect.basis({ ...BASE, temperature: PROBE_TEMPERATURE })
}

/**
 * What `model` behind `transport` can do, by six small calls (two more where log-probabilities are refused): a greedy
 * one with log-probabilities, one for two choices at temperature 0.3, three with seeds, one that reads a given text.
 * The basis is that of draws at temperature 0.3: as measured, else as the dialect has it. A probe that fails says null,
 * one that is refused says false. Rejects with what the transport throws when the first call fails, since nothing is
 * known of a server that does not answer, and with the reason of the signal.
 */
export async function probeCapabilities(
  dialect: Dialect,
  transport: Transport,
  model: string,
  signal: AbortSignal
): Promise<Capabilities> {
  const asked = { dialect, transport, model, signal }
  const greedy = await drawGreedily(asked)
  const { logprobs, topLogprobs } = readGreedy(greedy)
  const { n, first } = await drawTwo(asked, greedy.topCount)
  const seed = await probeSeed(asked)
  const forcing = await probeForcing(asked)
  const basis = basisOf(asked, firstOf(greedy.answer), first)
  return { logprobs, topLogprobs, n, seed, basis, forcing, dialect: dialect.name, probedAt: Date.now() }
}
