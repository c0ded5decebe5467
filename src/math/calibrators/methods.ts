/** Every method of calibration by the name that requests use: a new one is a file beside this one and a line here. */
import { beta } from './beta.js'
import type { Calibrator } from './calibrator.js'
import { histogram } from './histogram.js'
import { isotonic } from './isotonic.js'
import { platt } from './platt.js'
import { temperature } from './temperature.js'

/** A calibrator whose fit is only handed on: plain data that its own `predict` reads. */
export type Method = Calibrator<unknown>

function method<Fit>(calibrator: Calibrator<Fit>): Method {
  return { ...calibrator, predict: (fit, score) => calibrator.predict(fit as Fit, score) }
}

export const METHODS = {
  isotonic: method(isotonic),
  platt: method(platt),
  beta: method(beta),
  histogram: method(histogram),
  temperature: method(temperature)
} as const satisfies Readonly<Record<string, Method>>

export type MethodName = keyof typeof METHODS
