/**
 * How well an uncertainty separates right from wrong answers (formulas.md §8, §18). Inputs are parallel arrays; U is
 * finite, higher is more uncertain; quality is in [0, 1], 1 right. Every value is null where it is undefined, and none
 * depends on the order of the input: tied uncertainties share the mean of their group.
 */

/** Indices by ascending uncertainty, one array per group of ties. */
function tieGroups(uncertainty: readonly number[]): readonly (readonly number[])[] {
  const order = uncertainty.map((_, i) => i).sort((a, b) => uncertainty[a]! - uncertainty[b]!)
  const groups: number[][] = []
  for (const i of order) {
    const group = groups.at(-1)
    if (group !== undefined && uncertainty[group[0]!] === uncertainty[i]) group.push(i)
    else groups.push([i])
  }
  return groups
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]): number => sum(values) / values.length

/** `quality` by ascending `key`, each replaced by the mean of its tie group. */
function orderedQuality(key: readonly number[], quality: readonly number[]): readonly number[] {
  return tieGroups(key).flatMap((group) => {
    const average = mean(group.map((i) => quality[i]!))
    return group.map(() => average)
  })
}

/** Mean of the first k values, for k = 1 … n. */
function runningMeans(values: readonly number[]): readonly number[] {
  let total = 0
  return values.map((value, i) => (total += value) / (i + 1))
}

/** Number of wrong answers and of all answers per tie group, most certain first. */
function countedGroups(uncertainty: readonly number[], wrong: readonly boolean[]) {
  return tieGroups(uncertainty).map((group) => ({ wrong: group.filter((i) => wrong[i]!).length, all: group.length }))
}

/** Area under the ROC curve: P(U_wrong > U_right) + ½ P(tie). Null when all are right or all wrong. */
export function auroc(uncertainty: readonly number[], wrong: readonly boolean[]): number | null {
  let rightBelow = 0
  let wins = 0
  for (const group of countedGroups(uncertainty, wrong)) {
    const right = group.all - group.wrong
    wins += group.wrong * (rightBelow + right / 2)
    rightBelow += right
  }
  const pairs = rightBelow * (uncertainty.length - rightBelow)
  return pairs === 0 ? null : wins / pairs
}

/** Average precision with wrong as the positive class, one threshold per distinct U. Null unless both classes occur. */
export function auprc(uncertainty: readonly number[], wrong: readonly boolean[]): number | null {
  const positives = wrong.filter(Boolean).length
  if (positives === 0 || positives === wrong.length) return null
  let found = 0
  let seen = 0
  let area = 0
  for (const group of countedGroups(uncertainty, wrong).reverse()) {
    found += group.wrong
    seen += group.all
    area += (group.wrong / positives) * (found / seen)
  }
  return area
}

/** Area under the risk–coverage curve: mean over k of the error rate of the k most certain. Null for no answers. */
export function aurc(uncertainty: readonly number[], quality: readonly number[]): number | null {
  if (quality.length === 0) return null
  return 1 - mean(runningMeans(orderedQuality(uncertainty, quality)))
}

/** Area under the accuracy–coverage curve by trapezoids over coverage 0 … 1. Null for fewer than two answers. */
export function auarc(uncertainty: readonly number[], quality: readonly number[]): number | null {
  if (quality.length < 2) return null
  const accuracy = runningMeans(orderedQuality(uncertainty, quality))
  return (sum(accuracy) - (accuracy[0]! + accuracy.at(-1)!) / 2) / (quality.length - 1)
}

/** Mean quality of what stays, over the `rejections` curve points from nothing rejected on. */
function rejectionArea(key: readonly number[], quality: readonly number[], rejections: number): number {
  return mean(runningMeans(orderedQuality(key, quality)).slice(quality.length - rejections))
}

/**
 * Prediction–rejection ratio of lm-polygraph: (area − random) / (oracle − random) on min–max normalised quality, with
 * at most `maxRejection` of the answers rejected. 1 is perfect, 0 random, negative worse than random. The random area
 * is the mean quality, in closed form. Null when quality is constant or nothing is rejected.
 */
export function prr(uncertainty: readonly number[], quality: readonly number[], maxRejection = 1): number | null {
  const low = quality.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = quality.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const rejections = Math.floor(maxRejection * quality.length)
  if (!(high > low) || rejections === 0) return null
  const scaled = quality.map((q) => (q - low) / (high - low))
  const random = mean(scaled)
  const oracle = rejectionArea(
    scaled.map((q) => -q),
    scaled,
    rejections
  )
  return oracle === random ? null : (rejectionArea(uncertainty, scaled, rejections) - random) / (oracle - random)
}
