/**
 * What is true behind the verdicts of fallible judges, after the simplex view of Vossler et al. 2025 (LLMs Judging LLMs,
 * arXiv 2505.21972): a candidate is a point π_c of the simplex of M levels, the shares of its answers at each level; a
 * judge is M points of it, θ_j,m, its verdicts on answers whose true level is m. What a judge reports of a candidate lies
 * in the simplex that its points span: the smaller that is, the less it tells.
 *
 * The model, derived here and not the paper's code:
 *   z_i | π        ~ π_c(i)                     the true level of answer i; fixed where there is gold
 *   v_ij | z_i, θ  ~ θ_j,z_i                    verdicts are independent given the truth, the same for every candidate
 *   π_c            ~ Dirichlet(1, …, 1)
 *   θ_j,m          ~ Dirichlet(1 + trust at m), restricted to judges to whom verdict m is never likelier on answers of
 *                    another level than on those of level m
 * The restriction keeps the levels in order when there is no gold; without it they could swap names. Sampled by Gibbs
 * steps, seeded: equal input gives equal output.
 */
import { seededRandom } from '../random.js'
import { drawDirichlet } from './dirichlet.js'

/** An answer, or several that are alike. Levels are 0 … M−1. */
export interface JudgedAnswer {
  /** How many answers are alike in all that follows. */
  readonly count: number
  readonly candidate: number
  readonly gold: number | null
  /** One per judge; null where it said nothing. */
  readonly verdicts: readonly (number | null)[]
}

export interface TruthInput {
  readonly levels: number
  readonly judges: number
  readonly candidates: number
  readonly answers: readonly JudgedAnswer[]
}

export interface TruthSettings {
  /** Examples' worth of prior belief that a judge is right, per level; 0 is flat. */
  readonly trust: number
  readonly draws: number
  readonly seed: number
}

/** One draw from the posterior. Arrays are the sampler's own: copy what is to be kept. */
export interface TruthDraw {
  /** Candidate × level. */
  readonly shares: readonly (readonly number[])[]
  /** Judge × true level × verdict. */
  readonly confusion: readonly (readonly (readonly number[])[])[]
  /** Answer × level: probabilities of the truth given the other parts. */
  readonly truth: readonly (readonly number[])[]
}

const indexes = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

function isOrdered(points: readonly (readonly number[])[]): boolean {
  return points.every((own, m) => points.every((other) => own[m]! >= other[m]!))
}

/** Probabilities of the true level of an answer. */
function truthOf(
  { gold, verdicts, candidate }: JudgedAnswer,
  { shares, confusion }: Pick<TruthDraw, 'shares' | 'confusion'>
): number[] {
  const prior = shares[candidate]!
  if (gold !== null) return prior.map((_, m) => (m === gold ? 1 : 0))
  const weights = [...prior]
  let total = 0
  for (let m = 0; m < weights.length; m++) {
    for (let j = 0; j < verdicts.length; j++) {
      const verdict = verdicts[j]!
      if (verdict !== null) weights[m]! *= confusion[j]![m]![verdict]!
    }
    total += weights[m]!
  }
  return total > 0 ? weights.map((weight) => weight / total) : [...prior]
}

function drawLevel(probabilities: readonly number[], random: () => number): number {
  let rest = random()
  for (let m = 0; m < probabilities.length - 1; m++) {
    rest -= probabilities[m]!
    if (rest < 0) return m
  }
  return probabilities.length - 1
}

/** How many of `count` answers are drawn at each level. */
function drawCounts(probabilities: readonly number[], count: number, random: () => number): readonly number[] {
  const drawn = probabilities.map(() => 0)
  for (let i = 0; i < count; i++) drawn[drawLevel(probabilities, random)]! += 1
  return drawn
}

/**
 * Draws from the posterior, one at a time, so that the caller can let other work in between. The first
 * few hundred still depend on where the sampler starts: pass over them.
 */
export function* drawTruth(input: TruthInput, { trust, draws, seed }: TruthSettings): Generator<TruthDraw> {
  const { levels, judges, candidates, answers } = input
  const random = seededRandom(seed)
  const flat = (): number[] => new Array<number>(levels).fill(1)
  const belief = (m: number): number[] => flat().map((one, k) => (k === m ? one + trust : one))
  const start = indexes(levels).map((m) => indexes(levels).map((k) => (k === m ? 0.8 : 0.2 / (levels - 1))))
  let shares = indexes(candidates).map(() => flat().map(() => 1 / levels))
  let confusion: readonly (readonly (readonly number[])[])[] = indexes(judges).map(() => start)

  for (let sweep = 0; sweep < draws; sweep++) {
    const truth = answers.map((answer) => truthOf(answer, { shares, confusion }))
    const weights = indexes(candidates).map(flat)
    const votes = indexes(judges).map(() => indexes(levels).map(belief))
    answers.forEach(({ candidate, verdicts, count }, i) => {
      const drawn = drawCounts(truth[i]!, count, random)
      drawn.forEach((times, level) => {
        if (times === 0) return
        weights[candidate]![level]! += times
        verdicts.forEach((verdict, j) => {
          if (verdict !== null) votes[j]![level]![verdict]! += times
        })
      })
    })
    shares = weights.map((each) => drawDirichlet(each, random))
    confusion = votes.map((points, j) => {
      const proposed = points.map((each) => drawDirichlet(each, random))
      // Outside the restriction the former points stay: a Metropolis step whose proposal is the unrestricted posterior.
      return isOrdered(proposed) ? proposed : confusion[j]!
    })
    yield { shares, confusion, truth }
  }
}

/** Determinant by elimination: the volume that a judge's points span, as a share of the whole simplex, signed. */
export function volumeOf(points: readonly (readonly number[])[]): number {
  const rows = points.map((row) => [...row])
  let product = 1
  for (let column = 0; column < rows.length; column++) {
    let pivot = column
    for (let r = column + 1; r < rows.length; r++) {
      if (Math.abs(rows[r]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = r
    }
    const lead = rows[pivot]![column]!
    if (lead === 0) return 0
    if (pivot !== column) {
      ;[rows[pivot], rows[column]] = [rows[column]!, rows[pivot]!]
      product = -product
    }
    product *= lead
    for (let r = column + 1; r < rows.length; r++) {
      const factor = rows[r]![column]! / lead
      for (let k = column; k < rows.length; k++) rows[r]![k]! -= factor * rows[column]![k]!
    }
  }
  return product
}
