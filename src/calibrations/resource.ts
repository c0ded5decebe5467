import type { Calibration, CalibrationReport } from '../schemas/calibration.js'
import type { Stored } from '../store/document.js'
import { calibrationId, type CalibrationBody, type HeavyField } from './calibration.js'

type Document = Stored<Omit<CalibrationBody, HeavyField>>

/** A calibration as callers see it: its summary, no fit, no examples. */
export function calibrationResource({ name, version, createdMs, digest, body }: Document): Calibration {
  const { intervals: _, reliability_equal_mass: __, risk_coverage: ___, ...summary } = body.report
  return {
    object: 'calibration',
    name,
    version,
    scorer: body.scorer,
    ...(body.members.length > 0 && { scorers: body.members.map(({ scorer }) => scorer) }),
    options: { ...body.options },
    direction: body.direction,
    method: body.method,
    model: body.model,
    n: body.report.n,
    report: summary,
    binding:
      body.binding === 'unknown'
        ? 'unknown'
        : (structuredClone(body.binding) as Exclude<Calibration['binding'], 'unknown'>),
    warnings: body.warnings.map((warning) => ({ ...warning })),
    digest,
    created: Math.floor(createdMs / 1000)
  }
}

/** The whole report of a calibration. */
export function reportResource({ name, version, body }: Document): CalibrationReport {
  return {
    object: 'calibration.report',
    calibration: calibrationId({ name, version }),
    scorer: body.scorer,
    method: body.method,
    ...body.report
  }
}
