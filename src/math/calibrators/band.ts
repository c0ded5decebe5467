/**
 * How far a fitted map would wander over other examples: 95 % percentile bootstrap of the map on a grid of scores. The
 * interval at a score is never narrower than what n examples at that very score could tell (Wilson's interval), so that
 * a few examples which all agree do not make a certainty.
 */
import { bootstrapFigures } from '../bootstrap.js'
import { Z_AT_5_PERCENT } from '../normal.js'
import { quantilesOf } from '../ranks.js'
import type { LabelledScores } from './calibrator.js'
import { interpolate } from './isotonic.js'
import type { Method } from './methods.js'

/** Bounds at ascending scores; linear between them. */
export interface Band {
  readonly scores: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

const GRID = 33

/** Refits the method on resamples. Yields after every refit. `fit` is of all of `data`. */
export function* fitBand(method: Method, data: LabelledScores, fit: unknown): Generator<void, Band> {
  const scores = [...new Set(quantilesOf(data.scores, GRID))]
  const at = (map: unknown) => Object.fromEntries(scores.map((score, i) => [String(i), method.predict(map, score)]))
  const intervals = yield* bootstrapFigures(data.scores.length, at(fit), (indexes) =>
    at(method.fit({ scores: indexes.map((i) => data.scores[i]!), quality: indexes.map((i) => data.quality[i]!) }))
  )
  const bounds = scores.map((_, i) => intervals[String(i)]!)
  return { scores, low: bounds.map(({ low }) => low), high: bounds.map(({ high }) => high) }
}

/** Wilson's 95 % interval of a share seen over n examples; n may be any positive number. */
export function wilson(share: number, n: number): readonly [number, number] {
  const square = Z_AT_5_PERCENT ** 2
  const middle = (share + square / (2 * n)) / (1 + square / n)
  const reach = (Z_AT_5_PERCENT / (1 + square / n)) * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n))
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)]
}

/** 95 % interval of the confidence `value` that a map of n examples gives to `score`; it holds the value. */
export function intervalAt({ scores, low, high }: Band, score: number, value: number, n: number): [number, number] {
  const [least, most] = wilson(value, n)
  const from = interpolate({ scores, values: low }, score)
  const to = interpolate({ scores, values: high }, score)
  return [Math.max(0, Math.min(from, least, value)), Math.min(1, Math.max(to, most, value))]
}
