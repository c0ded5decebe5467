/** Out-of-fold predictions: nobody is judged by a map that saw its label. */

/** Folds of a report, unless told otherwise (api.md, rule 9). */
export const FOLDS = 5

/**
 * For every item the prediction of a model that was fitted without its fold; fold = index mod `folds`, in input order.
 * With fewer items than folds, every item is a fold of its own; one item alone has no prediction and gives null.
 */
export function crossFit<Fit>(
  n: number,
  fit: (indexes: readonly number[]) => Fit,
  predict: (fit: Fit, index: number) => number,
  folds = FOLDS
): readonly number[] | null {
  if (n < 2) return null
  const all = Array.from({ length: n }, (_, i) => i)
  const fits = Array.from({ length: Math.min(folds, n) }, (_, fold) => fit(all.filter((i) => i % folds !== fold)))
  return all.map((i) => predict(fits[i % folds]!, i))
}
