/** How calibrations are kept and exported. */
import { CalibrationDocument } from '../schemas/calibration.js'
import type { Kind, Stored } from '../store/document.js'
import type { CalibrationBody, HeavyField } from './calibration.js'
import { confidenceOf } from './map-scores.js'

/** Whether the fit does what its method would; an imported document may hold anything. */
function isUsable(body: CalibrationBody): boolean {
  try {
    const { value, interval } = confidenceOf(body, body.examples.uncertainty[0]!)
    return [value, ...interval].every((each) => each >= 0 && each <= 1)
  } catch {
    return false
  }
}

function flaw(body: CalibrationBody): string | null {
  const columns = Math.max(1, body.members.length)
  const { uncertainty, quality } = body.examples
  const isEven = uncertainty.length === quality.length && uncertainty.every((row) => row.length === columns)
  if (!isEven) return 'the examples are not parallel'
  return isUsable(body) ? null : 'the fit does not belong to its method'
}

/** Calibrations in the store; their fields are words, so both forms are one. */
export const CALIBRATION_KIND: Kind<CalibrationBody, HeavyField> = {
  name: 'calibration',
  heavy: ['fit', 'examples'],
  schema: CalibrationDocument,
  flaw: (json) => flaw(json as unknown as CalibrationBody),
  encode: (body) => ({ ...body }),
  decode: (json) => json as unknown as CalibrationBody
}

/** A document as a calibration. */
export function storedCalibration<Body extends object>({ name, version, body }: Stored<Body>) {
  return { ...body, name, version }
}
