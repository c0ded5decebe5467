/** What the runs ask of the models, known before anything is computed. */
import type { EvidenceInput } from '../evidence/input.js'
import type { Circumstances, Work } from '../evidence/kind.js'
import { closure, gatheringKey, kindOf } from '../evidence/kinds.js'
import type { Run } from './select.js'

/** Rows to decode, and what else the models are asked, at worst. */
export interface Demand {
  readonly rows: EvidenceInput['rows']
  /** Alternatives wanted per token. */
  readonly topCount: number
  readonly distributions: boolean
  /** Texts that are read by teacher forcing. */
  readonly forcedTexts: readonly string[]
  /** Characters of prompts beside the conversation. */
  readonly promptChars: number
  /** Texts that are written beside the rows. */
  readonly generations: number
  /** Tokens that are generated beside the rows. */
  readonly completionTokens: number
  /** Directed comparisons. */
  readonly pairs: number
  readonly embeddings: number
}

/** Adds up what `runs` need beyond what was supplied; what several of them gather counts once. */
export function demandOf(runs: readonly Run[], circumstances: Circumstances): Demand {
  const works = [...worksOf(runs, circumstances).values()]
  const total = (of: (work: Work) => number | undefined): number =>
    works.reduce((sum, work) => sum + (of(work) ?? 0), 0)
  const most = (of: (work: Work) => number | undefined): number => Math.max(0, ...works.map((work) => of(work) ?? 0))
  return {
    rows: {
      greedy: works.some((work) => work.answer === true),
      samples: works.some((work) => work.samples === true) ? circumstances.sampleCount : 0
    },
    topCount: most((work) => work.alternatives),
    distributions: works.some((work) => work.distributions === true),
    forcedTexts: [...new Set(works.flatMap((work) => work.forcedTexts ?? []))],
    promptChars: total((work) => work.promptChars),
    generations: total((work) => work.generations),
    completionTokens: total((work) => work.completionTokens),
    pairs: most((work) => work.samplePairs) + total((work) => work.pairs),
    embeddings: total((work) => work.embeddings)
  }
}

/** The work of every kind that is gathered, once per gathering. */
function worksOf(runs: readonly Run[], circumstances: Circumstances): ReadonlyMap<string, Work> {
  const works = new Map<string, Work>()
  for (const { scorer, parameters } of runs) {
    const isSupplied = (kind: ReturnType<typeof kindOf>): boolean => kind.isSupplied?.(circumstances.supply) ?? false
    for (const name of closure(scorer.needs, parameters, isSupplied)) {
      works.set(gatheringKey(name, parameters), kindOf(name).work?.(circumstances, parameters) ?? {})
    }
  }
  return works
}

/** Whether the language model is asked for anything. */
export function asksLanguage({ rows, forcedTexts, promptChars, completionTokens }: Demand): boolean {
  return rows.greedy || rows.samples > 0 || forcedTexts.length > 0 || promptChars > 0 || completionTokens > 0
}

/** Whether any model is asked for anything. */
export function asksAnybody(demand: Demand): boolean {
  return asksLanguage(demand) || demand.pairs > 0 || demand.embeddings > 0
}

/** Most tokens that may be generated. */
export function mostCompletionTokens({ rows, completionTokens }: Demand, maxTokens: number): number {
  return (rows.samples + (rows.greedy ? 1 : 0)) * maxTokens + completionTokens
}
