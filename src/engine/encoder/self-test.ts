/** What an encoder must show before it serves. Every check is reported in `GET /v1/models`. */
import type { Pair, PairResult, SelfTestCheck } from '../engine.js'
import type { BatchModel } from './batcher.js'
import type { Encoder } from './encoder.js'

const QUESTION = 'What is the capital of France?'
const TEXTS = [
  `${QUESTION} Paris.`,
  `${QUESTION} It is Paris.`,
  `${QUESTION} London.`,
  `${QUESTION} The capital of France is the city of Paris, on the river Seine.`,
  'Crème brûlée costs 3.50 €, doesn’t it?'
] as const

/** Every text compared with the next one. */
export const TEST_PAIRS: readonly Pair[] = TEXTS.map((premise, i) => {
  return { premise, hypothesis: TEXTS[(i + 1) % TEXTS.length]! }
})
export const TEST_TEXTS: readonly string[] = TEXTS

/** A row's numbers are the same alone as among others. The largest difference counts; none is allowed. */
export async function checkBatching<I, R>(
  model: BatchModel<I, R>,
  inputs: readonly I[],
  numbers: (result: R) => readonly number[]
): Promise<SelfTestCheck> {
  const encoded = inputs.map((input) => model.encode(input))
  const paddedLength = Math.max(...encoded.map((sequence) => sequence.paddedLength))
  const batch = encoded.map((sequence) => ({ ...sequence, paddedLength }))
  const together = await model.run(batch)
  let difference = 0
  for (const [row, sequence] of batch.entries()) {
    const [alone] = await model.run([sequence])
    const other = numbers(together[row]!)
    numbers(alone!).forEach((value, i) => {
      difference = Math.max(difference, Math.abs(value - other[i]!))
    })
  }
  return check('batched_equals_alone', difference, 0)
}

/** Sequences put together from parts are the tokenizer's own. Counts the tokens that differ. */
export function checkSequences(encoder: Encoder, inputs: readonly (readonly string[])[]): SelfTestCheck {
  const wrong = inputs.map((texts) => {
    const { ids, types } = encoder.encode(texts)
    const { input_ids, token_type_ids = types } = encoder.reference(texts)
    const differing = input_ids.filter((id, i) => id !== ids[i] || token_type_ids[i] !== types[i]).length
    return differing + Math.abs(input_ids.length - ids.length)
  })
  return check('tokens_equal_tokenizer', Math.max(...wrong), 0)
}

/** Class probabilities are finite and sum to 1. */
export function checkProbabilities(results: readonly PairResult[]): SelfTestCheck {
  const gaps = results.map((result) => Math.abs(result.entailment + result.neutral + result.contradiction - 1))
  return check('probabilities_sum_to_one', Math.max(...gaps), 1e-9)
}

/** The same answer in other words is entailed more, and contradicted less, than another answer. */
export async function checkEntailmentDirection(model: BatchModel<Pair, PairResult>): Promise<SelfTestCheck> {
  const compare = async (hypothesis: string): Promise<PairResult> => {
    return (await model.run([model.encode({ premise: TEXTS[1], hypothesis })]))[0]!
  }
  const [same, other] = [await compare(TEXTS[0]), await compare(TEXTS[2])]
  const difference = Math.max(other.entailment - same.entailment, same.contradiction - other.contradiction)
  return check('same_answer_above_other_answer', difference, 0)
}

/** Vectors have unit length. */
export function checkUnitLength(vectors: readonly Float32Array[]): SelfTestCheck {
  return check('unit_length', Math.max(...vectors.map((vector) => Math.abs(Math.hypot(...vector) - 1))), 1e-5)
}

/** A text is nearer to itself in other words than to an unrelated one. */
export function checkEmbeddingDirection([text, paraphrase, , , unrelated]: readonly Float32Array[]): SelfTestCheck {
  const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  return check('paraphrase_above_unrelated', cosine(text!, unrelated!) - cosine(text!, paraphrase!), 0)
}

function check(name: string, difference: number, tolerance: number): SelfTestCheck {
  return { name, passed: difference <= tolerance, difference, tolerance }
}
