/** Seeded draws that depend on nothing but the seed, the row and the step, so that neighbours and order cannot matter. */

function mix(value: number): number {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

/**
 * A uniform number in (0, 1), exact in float32, fixed by (seed, row, step): the middle of one of 2^23 equal intervals, as
 * 0 would draw the first entry whatever its mass. Counter-based: the three numbers go one after another through a
 * bijective 32-bit mixer with good avalanche.
 */
export function uniform(seed: number, row: number, step: number): number {
  const hashed = mix(mix(mix(seed + 0x9e3779b9) + row * 0x85ebca6b) + step * 0xc2b2ae35)
  return ((hashed >>> 9) + 0.5) / 0x800000
}
