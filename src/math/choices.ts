/** Probabilities of the options of a multiple-choice question (formulas.md §10). */
import type { Debias, EvidenceParameters, OptionMasses, Options, OrderedOptions, Warning } from '../scorer.js'
import { mean, sum } from './logprob.js'

/** Names of the places, in order: at most 26 options. */
export const LABELS: readonly string[] = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/** Below this the model hardly means to name a label, and what it says of them is a small part of what it says. */
const LOW_MASS = 0.1

/** Values of the option `debias`, the cheapest first. */
export const DEBIAS_OPTION = {
  type: 'string',
  enum: ['none', 'cyclic', 'all'] satisfies Debias[],
  default: 'cyclic',
  description:
    'Orders that are averaged: the given one, rotations with each option once in each place (8 spread ones of more), or all K! (K ≤ 4).'
} as const

/** All K orders in which each of K options stands once in each place; shift s puts option (i + s) mod K in place i. */
export function cyclicOrders(count: number): readonly (readonly number[])[] {
  const places = Array.from({ length: count }, (_, i) => i)
  return places.map((shift) => places.map((i) => (i + shift) % count))
}

/** More rotations cost more than they tell: of many options, each stands in this many places spread over the list. */
const MOST_ROTATIONS = 8

/** The rotations that balance places, the given order first: all K of them, or 8 evenly spread ones. */
export function rotations(count: number): readonly (readonly number[])[] {
  const all = cyclicOrders(count)
  if (count <= MOST_ROTATIONS) return all
  return Array.from({ length: MOST_ROTATIONS }, (_, i) => all[Math.floor((i * count) / MOST_ROTATIONS)]!)
}

/** All K! orders of K options, the given one first. */
export function allOrders(count: number): readonly (readonly number[])[] {
  const extend = (order: readonly number[]): readonly (readonly number[])[] => {
    if (order.length === count) return [order]
    const rest = Array.from({ length: count }, (_, i) => i).filter((i) => !order.includes(i))
    return rest.flatMap((option) => extend([...order, option]))
  }
  return extend([])
}

/** Masses divided by their sum; null when there is none, as no option is then more probable than another. */
export function shares(masses: readonly number[]): readonly number[] | null {
  const total = sum(masses)
  return total > 0 ? masses.map((mass) => mass / total) : null
}

/** Options over all orders in which they were shown. */
export interface OptionSummary {
  /** Mean π of each option over the orders, in request order; they sum to 1. */
  readonly probabilities: readonly number[]
  /** Standard deviation of π of each option over the orders; 0 for a single order. */
  readonly deviations: readonly number[]
  /** Mean π of each place over the orders: 1/K everywhere when places do not matter and orders are balanced. */
  readonly byPlace: readonly number[]
  /** Mean probability that the model names a label at all, in (0, 1]. */
  readonly mass: number
}

/**
 * Averages π over the orders: peers average over all K! orders or none, K rotations balance the places as well. Null
 * when the model names no label in one of the orders: averaging the others would favour the places that they have.
 */
export function summariseOptions({ choices, orders }: OptionMasses): OptionSummary | null {
  const places = orders.map(({ masses }) => shares(masses))
  if (orders.length === 0 || !places.every((one) => one !== null)) return null
  const perOrder = orders.map(({ order }, s) => byOption(order, places[s]!))
  const probabilities = choices.map((_, o) => mean(perOrder.map((one) => one[o]!)))
  return {
    probabilities,
    deviations: probabilities.map((centre, o) => Math.sqrt(mean(perOrder.map((one) => (one[o]! - centre) ** 2)))),
    byPlace: choices.map((_, i) => mean(places.map((one) => one[i]!))),
    mass: mean(orders.map(({ masses }) => sum(masses)))
  }
}

function byOption(order: OrderedOptions['order'], values: readonly number[]): readonly number[] {
  const sorted = order.map(() => 0)
  order.forEach((option, place) => {
    sorted[option] = values[place]!
  })
  return sorted
}

/** Total variation distance of the mean π by place from evenness, in [0, 1 − 1/K]: how much the place decides. */
export function placeBias(byPlace: readonly number[]): number {
  return sum(byPlace.map((value) => Math.abs(value - 1 / byPlace.length))) / 2
}

/** Index of the largest value, the first of equals. */
export function argmax(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0)
}

/** Largest value less the second largest, for at least two. */
export function margin(values: readonly number[]): number {
  const [first, second] = Float64Array.from(values).sort().reverse()
  return first! - second!
}

/** The warning that the labels have little mass, if so. */
export function massWarnings(mass: number): readonly Warning[] {
  if (mass >= LOW_MASS) return []
  const message = `The labels of the options have ${(100 * mass).toPrecision(2)}% of the probability: the rest of the answer is something else.`
  return [{ code: 'low_option_mass', message }]
}

/** Reason and message of a question where the model names no label in one of the orders. */
export const NO_MASS = ['no_option_mass', 'The model gives no label of an option any probability.'] as const

/** What a scorer's option `debias` asks of the evidence. */
export function optionsParameters(options: Options): EvidenceParameters {
  return { options: { debias: options.debias as Debias } }
}

/** Every option with its label, its probability and how much that depends on the order. */
export function optionDetails({ choices, orders }: OptionMasses, { probabilities, deviations }: OptionSummary) {
  return choices.map((text, i) => ({
    label: LABELS[i]!,
    text,
    probability: probabilities[i]!,
    std: orders.length > 1 ? deviations[i]! : null
  }))
}
