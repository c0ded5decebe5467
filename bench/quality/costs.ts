/** What each column costs when it is asked for alone: measured on a few questions, one after the other. */
import type { Engine } from '../../src/engine/engine.js'
import { scoreQuestion, type Asked, type Column } from './gather.js'

/** Means per question. */
export interface Cost {
  readonly ms: number
  readonly completionTokens: number
  readonly modelCalls: number
  readonly entailmentPairs: number
  readonly embeddedTexts: number
}

/** Cost of every column by its label. */
export async function measureCosts(
  engine: Engine,
  columns: readonly Column[],
  asked: readonly Asked[]
): Promise<ReadonlyMap<string, Cost>> {
  const costs = new Map<string, Cost>()
  for (const column of columns) costs.set(column.label, await costOf(engine, column, asked))
  return costs
}

async function costOf(engine: Engine, column: Column, asked: readonly Asked[]): Promise<Cost> {
  const total = { ms: 0, completionTokens: 0, modelCalls: 0, entailmentPairs: 0, embeddedTexts: 0 }
  for (const one of asked) {
    const startedMs = performance.now()
    const { usage } = await scoreQuestion(engine, one, [column])
    total.ms += performance.now() - startedMs
    total.completionTokens += usage.completionTokens
    total.modelCalls += usage.modelCalls
    total.entailmentPairs += usage.entailmentPairs
    total.embeddedTexts += usage.embeddedTexts
  }
  const each = (sum: number): number => sum / asked.length
  return {
    ms: each(total.ms),
    completionTokens: each(total.completionTokens),
    modelCalls: each(total.modelCalls),
    entailmentPairs: each(total.entailmentPairs),
    embeddedTexts: each(total.embeddedTexts)
  }
}

/** A cost in a few words. */
export function costInWords({ ms, completionTokens, entailmentPairs, embeddedTexts }: Cost): string {
  const parts = [
    ...(completionTokens > 0 ? [`${completionTokens.toFixed(0)} tokens`] : []),
    ...(entailmentPairs > 0 ? [`${entailmentPairs.toFixed(0)} pairs`] : []),
    ...(embeddedTexts > 0 ? [`${embeddedTexts.toFixed(0)} embeddings`] : [])
  ]
  return [`${ms.toFixed(0)} ms`, ...(parts.length > 0 ? [parts.join(', ')] : [])].join('; ')
}
