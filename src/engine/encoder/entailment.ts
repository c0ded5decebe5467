/** A cross-encoder that compares two texts: `[CLS] premise [SEP] hypothesis [SEP]` → class probabilities. */
import { QualmError } from '../../errors.js'
import type { Pair, PairResult } from '../engine.js'
import type { ModelConfig } from '../model-files.js'
import type { BatchModel } from './batcher.js'
import type { Encoder } from './encoder.js'

const CLASSES = ['entailment', 'neutral', 'contradiction'] as const

/** Columns of the three classes in the logits. */
export type ClassColumns = Readonly<Record<(typeof CLASSES)[number], number>>

/** The model as the batcher sees it. */
export function entailmentModel(encoder: Encoder): BatchModel<Pair, PairResult> {
  const columns = classColumns(encoder.config)
  return {
    resultBytes: 128,
    key: ({ premise, hypothesis }) => `${String(premise.length)} ${premise}${hypothesis}`,
    encode: ({ premise, hypothesis }) => encoder.encode([premise, hypothesis]),
    run: async (batch) => {
      const { data, dims } = await encoder.run(batch, 'logits')
      const width = dims[1]!
      return batch.map(({ truncated }, row) => {
        return { ...classProbabilities(data.subarray(row * width, (row + 1) * width), columns), truncated }
      })
    }
  }
}

/**
 * Finds the classes in config.json by name: their order differs from model to model.
 * Throws QUALM_ERR_MODEL_UNAVAILABLE when one is missing.
 */
export function classColumns(config: ModelConfig): ClassColumns {
  const names = new Map<string, number>()
  for (const [column, name] of Object.entries(config['id2label'] ?? {})) {
    names.set(String(name).toLowerCase(), Number(column))
  }
  const [entailment, neutral, contradiction] = CLASSES.map((name) => names.get(name))
  if (entailment === undefined || neutral === undefined || contradiction === undefined) {
    const message = `id2label in config.json must name ${CLASSES.join(', ')}.`
    throw new QualmError('QUALM_ERR_MODEL_UNAVAILABLE', message)
  }
  return { entailment, neutral, contradiction }
}

/** Soft-max over the three classes; shifted by the largest logit, so that it cannot overflow. */
export function classProbabilities(logits: Float32Array, columns: ClassColumns): Omit<PairResult, 'truncated'> {
  const values = CLASSES.map((name) => logits[columns[name]]!)
  const largest = Math.max(...values)
  const weights = values.map((value) => Math.exp(value - largest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const [entailment, neutral, contradiction] = weights.map((weight) => weight / total)
  return { entailment: entailment!, neutral: neutral!, contradiction: contradiction! }
}
