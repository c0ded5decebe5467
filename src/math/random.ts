/** Seeded random numbers for draws that are not the engine's. Equal seeds give equal draws on every machine. */

const STEP = 0x9e3779b9

function scramble(value: number): number {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
  return (x ^ (x >>> 15)) >>> 0
}

/** A seed for part `index` of what `seed` governs; a 32-bit unsigned number. */
export function derivedSeed(seed: number, index: number): number {
  return scramble(scramble(seed + STEP) + Math.imul(index, 0x85ebca6b))
}

/** Uniform numbers in [0, 1), one per call: a Weyl sequence through a bijective 32-bit mixer. */
export function seededRandom(seed: number): () => number {
  let state = scramble(seed)
  return () => {
    state = (state + STEP) >>> 0
    return scramble(state) / 0x100000000
  }
}

/** A whole number in [0, count). */
export function drawIndex(random: () => number, count: number): number {
  return Math.floor(random() * count)
}
