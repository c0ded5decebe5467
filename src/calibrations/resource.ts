import type { Binding } from '../policies/policy.js'
import type { Calibration, CalibrationReport } from '../schemas/calibration.js'
import type { Stored } from '../store/document.js'
import { calibrationId, type CalibrationBody, type HeavyField } from './calibration.js'

type Document = Stored<Omit<CalibrationBody, HeavyField>>

function bindingResource({ models, scorers, ...same }: Exclude<Binding, 'unknown'>): Calibration['binding'] {
  const digests = scorers === undefined ? {} : { scorers: scorers.map((scorer) => ({ ...scorer })) }
  return { ...same, models: models.map((model) => ({ ...model })), ...digests }
}

/** Told by the whole report only. */
const DETAILS: ReadonlySet<string> = new Set(['intervals', 'reliability_equal_mass', 'risk_coverage'])

function summaryOf(report: CalibrationBody['report']): Calibration['report'] {
  const told = Object.entries(report).filter(([name]) => !DETAILS.has(name))
  return Object.fromEntries(told) as Calibration['report']
}

/** A calibration as callers see it: its summary, no fit, no examples. */
export function calibrationResource({ name, version, createdMs, digest, body }: Document): Calibration {
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
    report: summaryOf(body.report),
    binding: body.binding === 'unknown' ? body.binding : bindingResource(body.binding),
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
