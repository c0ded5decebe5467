/** How objectives that test hypotheses choose their p-value. */
import { binomialPValue, hoeffdingBentkusPValue, type Labelled, type RiskPValue } from '../math/risk-control.js'
import { badSetting, oneOf, type ObjectiveSettings } from './fit.js'

/** Confidence of tests when the caller gives none. */
export const DEFAULT_LEVEL = 0.9

/** A p-value and the name under which guarantees tell it. */
export interface RiskTest {
  readonly name: 'binomial' | 'hoeffding_bentkus'
  readonly p: RiskPValue
}

const BINOMIAL: RiskTest = { name: 'binomial', p: binomialPValue }
const HOEFFDING_BENTKUS: RiskTest = { name: 'hoeffding_bentkus', p: hoeffdingBentkusPValue }

const isGraded = (losses: readonly number[]): boolean => losses.some((loss) => loss !== 0 && loss !== 1)

/**
 * The p-value for these labels: exact binomial for right-or-wrong labels, Hoeffding–Bentkus for graded ones, unless the
 * caller named one. Throws QUALM_ERR_VALIDATION when binomial is asked for on graded labels, where it does not hold.
 */
export function riskTest(
  examples: readonly (Labelled & { readonly escalated?: number })[],
  { p_value: asked }: ObjectiveSettings = {}
): RiskTest {
  const graded = isGraded(examples.flatMap(({ loss, escalated }) => [loss, escalated ?? 0]))
  if (asked === undefined) return graded ? HOEFFDING_BENTKUS : BINOMIAL
  const name = oneOf('p_value', asked, ['binomial', 'hoeffding_bentkus'])
  if (name === 'binomial' && graded) throw badSetting('p_value', 'binomial needs labels that are right or wrong')
  return name === 'binomial' ? BINOMIAL : HOEFFDING_BENTKUS
}
