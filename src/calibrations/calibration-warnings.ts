import type { Warning } from '../scorer.js'
import type { CalibrationBody } from './calibration.js'
import type { GatheredExamples } from './joint-examples.js'

/** Below it the interval of a confidence spans a fifth of the scale or more. */
const FEW = 100

/** What a reader of the calibration must know. `raw`: some examples were bare scores. */
export function calibrationWarnings(
  { unscored, reasons }: GatheredExamples,
  { n, auroc }: CalibrationBody['report'],
  raw: boolean
): readonly Warning[] {
  const why = Object.entries(reasons)
    .map(([reason, count]) => `${reason} (${count})`)
    .join(', ')
  const candidates: readonly (readonly [boolean, string, string])[] = [
    [raw, 'binding_unknown', 'Raw scores carry no model: nothing can tell when scores start to come from another one.'],
    [unscored > 0, 'unscored_examples', `${unscored} examples have no score and play no part: ${why}.`],
    [n < FEW, 'few_examples', `${n} examples: confidence made of them is coarse, as its interval tells.`],
    [auroc !== null && auroc < 0.5, 'score_misleads', 'Wrong answers tend to look more certain than right ones here.']
  ]
  return candidates.filter(([applies]) => applies).map(([, code, message]) => ({ code, message }))
}
