/** What an answer costs with each preset on the embedded models: tokens, forward passes and CPU time of the service. */
import type { ScoreResult } from '../../src/schemas/score-result.js'
import { PRESETS, type PresetName } from '../../src/scoring/presets.js'
import { type Child, startService } from '../child.js'
import { questionAt } from '../questions.js'
import { suppliedRequest } from '../supplied.js'

/** Requests without model work take too little time for one of them to be measured. */
const CHEAP_REPEATS = 200
/** Before anything counts: the compiler is done with the hot code. */
const WARM_UP_CHEAP = 2_000
const SUPPLIED_TOKENS = 32
const SEED = 7

export interface PresetUse {
  readonly name: PresetName
  /** All that follows is per answer. `usage` of the response. */
  readonly promptTokens: number
  readonly completionTokens: number
  readonly pairs: number
  readonly embeddedTexts: number
  /** Tokens that the models computed, from `/metrics`; padding is left out. */
  readonly languageTokens: number
  readonly encoderTokens: number
  /** Forward passes: a batch is one. */
  readonly languagePasses: number
  readonly encoderPasses: number
  /** CPU time of the whole service. */
  readonly cpuSeconds: number
  /** Share of the language model in the time that models ran; from 0 to 1. */
  readonly languageShare: number
}

/** Totals of a service since its start. */
interface Totals {
  readonly cpu: number
  readonly language: Lane
  readonly encoders: Lane
}

interface Lane {
  readonly passes: number
  readonly tokens: number
  readonly seconds: number
}

interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly pairs: number
  readonly embeddedTexts: number
}

/** Sum of a metric over its series whose labels match. */
function sumOf(metrics: string, name: string, labels: RegExp): number {
  const lines = metrics.split('\n').filter((line) => new RegExp(`^${name}[{ ]`, 'u').test(line) && labels.test(line))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

function laneOf(metrics: string, roles: RegExp): Lane {
  const of = (what: string): number => sumOf(metrics, `qualm_lane_run${what}_total`, roles)
  return { passes: of('s'), tokens: of('_tokens'), seconds: of('_seconds') }
}

async function totalsOf({ url }: Child): Promise<Totals> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return {
    cpu: sumOf(metrics, 'process_cpu_seconds_total', /^/u),
    language: laneOf(metrics, /role="language"/u),
    encoders: laneOf(metrics, /role="(?:entailment|embedding)"/u)
  }
}

interface Supplied {
  readonly prompt: string
  readonly answer: { readonly logprobs: { readonly content: readonly { readonly token: string }[] } }
}

/** The supplied answer, every token with five alternatives: 0.9 for itself, and little for the others. */
function suppliedAnswer(): Supplied {
  const { prompt, answer } = JSON.parse(suppliedRequest(SUPPLIED_TOKENS)) as Supplied
  const content = answer.logprobs.content.map(({ token }) => {
    const own = { token, logprob: Math.log(0.9) }
    const others = Array.from({ length: 4 }, (_, at) => ({ token: `${token}${at}`, logprob: Math.log(0.01) }))
    return { ...own, top_logprobs: [own, ...others] }
  })
  return { prompt, answer: { ...answer, logprobs: { content } } }
}

/** A preset that generates nothing scores what is supplied; the others gather their evidence. */
function bodyOf(preset: PresetName, question: string): string {
  const evidence = PRESETS[preset].generates ? { prompt: question, seed: SEED } : suppliedAnswer()
  return JSON.stringify({ ...evidence, preset })
}

/** Throws when a score is missing: no failure counts as cheap. */
async function ask({ url }: Child, body: string): Promise<Usage> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/v1/score`, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(await response.text())
  const { scores, usage } = (await response.json()) as ScoreResult
  const missing = Object.entries(scores).find(([, { status }]) => status === 'skipped' || status === 'failed')
  if (missing !== undefined) throw new Error(`no value for ${missing[0]}: ${JSON.stringify(missing[1])}`)
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens, entailment_pairs: pairs } = usage
  return { promptTokens, completionTokens, pairs, embeddedTexts: usage.embedded_texts }
}

function meansOf(usages: readonly Usage[]): Usage {
  const mean = (of: (usage: Usage) => number): number => usages.reduce((sum, one) => sum + of(one), 0) / usages.length
  return {
    promptTokens: mean((usage) => usage.promptTokens),
    completionTokens: mean((usage) => usage.completionTokens),
    pairs: mean((usage) => usage.pairs),
    embeddedTexts: mean((usage) => usage.embeddedTexts)
  }
}

function useOf(name: PresetName, usages: readonly Usage[], before: Totals, after: Totals): PresetUse {
  const per = (of: (totals: Totals) => number): number => (of(after) - of(before)) / usages.length
  const [language, encoders] = [per((totals) => totals.language.seconds), per((totals) => totals.encoders.seconds)]
  return {
    name,
    ...meansOf(usages),
    languageTokens: per((totals) => totals.language.tokens),
    encoderTokens: per((totals) => totals.encoders.tokens),
    languagePasses: per((totals) => totals.language.passes),
    encoderPasses: per((totals) => totals.encoders.passes),
    cpuSeconds: per(({ cpu }) => cpu),
    languageShare: language === 0 ? 0 : language / (language + encoders)
  }
}

async function measurePreset(child: Child, name: PresetName, questions: number): Promise<PresetUse> {
  const isCheap = !PRESETS[name].generates
  const repeats = isCheap ? CHEAP_REPEATS : 1
  for (let index = 0; index < (isCheap ? WARM_UP_CHEAP : 1); index++)
    await ask(child, bodyOf(name, questionAt(questions)))
  const before = await totalsOf(child)
  const usages: Usage[] = []
  for (let index = 0; index < questions * repeats; index++) {
    usages.push(await ask(child, bodyOf(name, questionAt(index % questions))))
  }
  return useOf(name, usages, before, await totalsOf(child))
}

/**
 * Asks a service of its own, one request after another: every preset the same example questions, with default sampling.
 * Its prompt cache is off, so that no preset profits from an earlier one.
 */
export async function measurePresets(questions: number): Promise<readonly PresetUse[]> {
  const child = await startService({ QUALM_PROMPT_CACHE_BYTES: '0' })
  try {
    const uses: PresetUse[] = []
    for (const name of Object.keys(PRESETS) as PresetName[]) uses.push(await measurePreset(child, name, questions))
    return uses
  } finally {
    await child.stop()
  }
}
