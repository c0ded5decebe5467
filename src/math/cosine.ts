/** Cosine of two vectors of equal length, in [−1, 1]; 0 when one of them is zero. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let product = 0
  let squareA = 0
  let squareB = 0
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!
    squareA += a[i]! ** 2
    squareB += b[i]! ** 2
  }
  const length = Math.sqrt(squareA * squareB)
  return length === 0 ? 0 : Math.max(-1, Math.min(1, product / length))
}

/**
 * A cosine as a similarity in [0, 1], on the scale of the cross-encoders that papers use: 1 same, 0 unrelated. What
 * points the other way counts as unrelated.
 */
export function similarityOf(cosineOfTwo: number): number {
  return Math.max(0, Math.min(1, cosineOfTwo))
}
