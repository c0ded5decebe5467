/** A calibration as Qualm keeps it: a map from a score to the probability of being right, and what it rests on. */
import type { Band } from '../math/calibrators/band.js'
import type { MethodName } from '../math/calibrators/methods.js'
import type { JointFit } from '../math/joint-logistic.js'
import type { Binding } from '../policies/policy.js'
import type { CalibrationReport } from '../schemas/calibration.js'
import type { Direction, Options, Warning } from '../scorer.js'

/** A scorer with the options that its examples were scored with. */
export interface CalibrationMember {
  readonly scorer: string
  readonly direction: Direction
  readonly options: Options
}

/** The map of one scorer. */
export interface ScoreMap {
  readonly kind: 'map'
  readonly method: MethodName
  /** Added to the negated uncertainty: what the map reads is `offset − uncertainty`, higher is more certain. */
  readonly offset: number
  /** What the method fitted. */
  readonly map: unknown
  readonly band: Band
  /** Least and largest uncertainty among the examples. */
  readonly low: number
  readonly high: number
}

/** The combination of several scorers. */
export interface JointMap extends JointFit {
  readonly kind: 'joint'
}

/** Examples, kept so that a policy can be made of them. One row per example, one column per member. */
export interface KeptExamples {
  readonly uncertainty: readonly (readonly number[])[]
  /** In [0, 1], 1 for right. */
  readonly quality: readonly number[]
}

/** Everything but what the store adds. */
export interface CalibrationBody extends CalibrationMember {
  /** The scorers that `ensemble` combines; empty for one scorer. */
  readonly members: readonly CalibrationMember[]
  readonly method: string
  readonly model: string | null
  readonly binding: Binding
  readonly warnings: readonly Warning[]
  readonly report: Omit<CalibrationReport, 'object' | 'calibration' | 'scorer' | 'method'>
  readonly fit: ScoreMap | JointMap
  readonly examples: KeptExamples
}

/** Fields that lists leave out. */
export type HeavyField = 'fit' | 'examples'

export interface StoredCalibration extends CalibrationBody {
  readonly name: string
  /** From 1; never given twice for a name. */
  readonly version: number
}

/** Name of the scorer that combines several. */
export const COMBINING = 'ensemble'

/** `name@version`, as answers name a calibration. */
export function calibrationId({ name, version }: Pick<StoredCalibration, 'name' | 'version'>): string {
  return `${name}@${version}`
}
