/** The labels as the model reads them right after the question (formulas.md §10). */
import { allOrders, cyclicOrders, rotations } from '../../math/choices.js'
import type { ChoicesParameters, Debias, OptionMasses, OrderedOptions } from '../../scorer.js'
import type { Asker } from '../asker.js'
import type { EvidenceInput } from '../input.js'
import type { Circumstances, Work } from '../kind.js'
import { Missing } from '../missing.js'
import { charsOf, DIRECT, labelSpellings, listing, PREFILL, requireQuestion, withAddition } from './question.js'
import type { Question } from './question.js'

/** All orders of five options would be 120 readings. */
const MOST_OPTIONS_IN_ALL_ORDERS = 4

/** Orders of `count` options; null when there would be too many. */
function ordersOf(count: number, debias: Debias): readonly (readonly number[])[] | null {
  if (debias === 'cyclic') return rotations(count)
  if (debias === 'none') return cyclicOrders(count).slice(0, 1)
  return count <= MOST_OPTIONS_IN_ALL_ORDERS ? allOrders(count) : null
}

/** How the orders are chosen when no scorer says. */
export function debiasOf({ options }: ChoicesParameters): Debias {
  return options?.debias ?? 'cyclic'
}

/** Every order is a prompt of its own: they share no more than the conversation up to the first option. */
export function optionsWork({ supply, asksModel }: Circumstances, debias: Debias): Work {
  const { choices, messages } = supply
  if (!asksModel || choices === null || messages === null) return {}
  const orders = ordersOf(choices.length, debias)
  const [given] = cyclicOrders(choices.length)
  const chars = charsOf(messages) + listing(choices, given!, DIRECT).length + PREFILL.length
  return { promptChars: (orders?.length ?? 0) * chars }
}

/** Reads the labels in every order at once. Throws `Missing`. */
export async function gatherOptions(input: EvidenceInput, debias: Debias, ask: Asker): Promise<OptionMasses> {
  const question = requireQuestion(input)
  const { choices } = question
  const orders = ordersOf(choices.length, debias)
  if (orders === null) {
    const message = `All orders of ${choices.length} options are too many: set \`debias\` to "cyclic", or give four options or fewer.`
    throw new Missing('failed', 'too_many_orders', message)
  }
  const read = await Promise.all(orders.map((order) => readOrder(input.model, question, order, ask)))
  return { choices, answer: input.answer?.generation.text ?? null, orders: read }
}

async function readOrder(
  model: string,
  { choices, messages }: Question,
  order: readonly number[],
  ask: Asker
): Promise<OrderedOptions> {
  const result = await ask.optionProbabilities({
    model,
    messages: withAddition(messages, listing(choices, order, DIRECT)),
    prefill: PREFILL,
    options: labelSpellings(choices.length)
  })
  return { order, masses: result.probabilities }
}
