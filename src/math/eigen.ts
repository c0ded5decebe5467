/** Eigenvalues, ascending, and a unit vector for each, in the same order. */
export interface Eigen {
  readonly values: readonly number[]
  readonly vectors: readonly Float64Array[]
}

/** A symmetric tridiagonal matrix, and the rows whose rotation has made it so. */
interface Tridiagonal {
  readonly diagonal: Float64Array
  /** `beside[k]` stands between the diagonal's entries k and k + 1. */
  readonly beside: Float64Array
  readonly rows: readonly Float64Array[]
}

/** What is smaller counts as 0: products of such entries underflow. */
const TINY = 1e-150

/** Steps per eigenvalue at most; two or three are usual. */
const MOST_STEPS = 50

/**
 * Eigenvalues and eigenvectors of a real symmetric matrix, by Householder reflections to tridiagonal form and implicit
 * shifted QR steps (Golub and Van Loan, Matrix Computations, §8.3). Cubic in the size. A matrix that holds a number
 * that is not finite has NaN for every eigenvalue.
 * @param matrix square; only symmetric ones have a meaning
 */
export function symmetricEigen(matrix: readonly (readonly number[])[]): Eigen {
  const size = matrix.length
  if (!matrix.every((row) => row.every(Number.isFinite))) {
    const nothing = new Float64Array(size).fill(NaN)
    return { values: [...nothing], vectors: matrix.map(() => nothing) }
  }
  const reduced = tridiagonal(matrix.map((row) => Float64Array.from(row)))
  diagonalise(reduced)
  const order = [...reduced.diagonal.keys()].sort((a, b) => reduced.diagonal[a]! - reduced.diagonal[b]!)
  return { values: order.map((k) => reduced.diagonal[k]!), vectors: order.map((k) => reduced.rows[k]!) }
}

function dot(a: Float64Array, b: Float64Array, from: number): number {
  let total = 0
  for (let i = from; i < a.length; i++) total += a[i]! * b[i]!
  return total
}

/** Unit normal of the mirror that clears column `k` below its first two entries; null when it is clear already. */
function mirror(a: readonly Float64Array[], k: number): Float64Array | null {
  const normal = new Float64Array(a.length)
  for (let i = k + 1; i < a.length; i++) normal[i] = a[i]![k]!
  const length = Math.sqrt(dot(normal, normal, k + 1))
  if (length < TINY) return null
  normal[k + 1]! += normal[k + 1]! < 0 ? -length : length
  const own = Math.sqrt(dot(normal, normal, k + 1))
  return normal.map((value) => value / own)
}

/** a ← HaH with H = I − 2nnᵀ, where `n` is 0 up to place k. */
function reflectBothSides(a: readonly Float64Array[], n: Float64Array, k: number): void {
  const image = Float64Array.from(a, (row) => dot(row, n, k + 1))
  const along = dot(image, n, k + 1)
  for (let i = k; i < a.length; i++) {
    const row = a[i]!
    for (let j = k; j < row.length; j++) {
      row[j]! -= 2 * (n[i]! * (image[j]! - along * n[j]!) + (image[i]! - along * n[i]!) * n[j]!)
    }
  }
}

/** rows ← H·rows with H = I − 2nnᵀ. */
function reflectRows(rows: readonly Float64Array[], n: Float64Array, k: number): void {
  const image = new Float64Array(rows.length)
  for (let i = k + 1; i < rows.length; i++) rows[i]!.forEach((value, j) => (image[j]! += n[i]! * value))
  for (let i = k + 1; i < rows.length; i++) {
    const row = rows[i]!
    for (let j = 0; j < row.length; j++) row[j]! -= 2 * n[i]! * image[j]!
  }
}

function tridiagonal(a: readonly Float64Array[]): Tridiagonal {
  const rows = a.map((_, i) => Float64Array.from(a, (__, j) => (i === j ? 1 : 0)))
  for (let k = 0; k < a.length - 2; k++) {
    const normal = mirror(a, k)
    if (normal === null) continue
    reflectBothSides(a, normal, k)
    reflectRows(rows, normal, k)
  }
  return {
    diagonal: Float64Array.from(a, (row, i) => row[i]!),
    beside: Float64Array.from({ length: Math.max(0, a.length - 1) }, (_, i) => a[i + 1]![i]!),
    rows
  }
}

/** Turns rows k and k + 1 into each other by the angle of cosine `c` and sine `s`. */
function turn(rows: readonly Float64Array[], k: number, c: number, s: number): void {
  const [upper, lower] = [rows[k]!, rows[k + 1]!]
  for (let i = 0; i < upper.length; i++) {
    const [u, l] = [upper[i]!, lower[i]!]
    upper[i] = c * u + s * l
    lower[i] = c * l - s * u
  }
}

/** Wilkinson's shift: the eigenvalue of the last 2×2 block that is nearer to its last entry. */
function shiftOf({ diagonal: d, beside: e }: Tridiagonal, high: number): number {
  const half = (d[high - 1]! - d[high]!) / 2
  const last = e[high - 1]!
  const reach = half + (half < 0 ? -1 : 1) * Math.hypot(half, last)
  return reach === 0 ? d[high]! : d[high]! - last ** 2 / reach
}

/** One QR step on the block from `low` to `high`: the bulge that the shift makes is chased off its end. */
function step(t: Tridiagonal, low: number, high: number): void {
  const { diagonal: d, beside: e } = t
  let x = d[low]! - shiftOf(t, high)
  let z = e[low]!
  for (let k = low; k < high; k++) {
    const r = Math.hypot(x, z)
    const [c, s] = r === 0 ? [1, 0] : [x / r, z / r]
    if (k > low) e[k - 1] = r
    const [a, b, m] = [d[k]!, d[k + 1]!, e[k]!]
    d[k] = c * c * a + 2 * c * s * m + s * s * b
    d[k + 1] = s * s * a - 2 * c * s * m + c * c * b
    e[k] = c * s * (b - a) + (c * c - s * s) * m
    if (k < high - 1) {
      x = e[k]!
      z = s * e[k + 1]!
      e[k + 1]! *= c
    }
    turn(t.rows, k, c, s)
  }
}

function diagonalise(t: Tridiagonal): void {
  const { diagonal: d, beside: e } = t
  const scale = [...d, ...e].reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const small = Math.max(Number.EPSILON * scale, TINY)
  const isClear = (k: number): boolean => Math.abs(e[k]!) <= small
  let high = d.length - 1
  for (let steps = 0; high > 0 && steps < MOST_STEPS * d.length; steps++) {
    if (isClear(high - 1)) {
      high--
      continue
    }
    let low = high - 1
    while (low > 0 && !isClear(low - 1)) low--
    step(t, low, high)
  }
}
