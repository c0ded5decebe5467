/** What the scorers themselves cost: every one of them once, on evidence that is there already. No model, no HTTP. */
import fc from 'fast-check'
import { atMost, type Figure, type Line } from '../line.js'
import { ratioOf, spreadOf } from '../spread.js'
import { loadScorers, resolveOptions } from '../../src/scorer-registry.js'
import { Unscorable, type EvidenceKinds, type Scorer } from '../../src/scorer.js'
import { evidenceOn } from '../../test/fixtures/any-evidence.js'
import { answer, deepFreeze, end, sample, token } from '../../test/fixtures/evidence.js'

const TOKENS = 30
/** Random evidence may leave a scorer without a value: so many draws are tried. */
const DRAWS = 20
/** Samples of a request, and what all scorers together may take over them, in ms. */
const SIZES = [
  { samples: 10, budgetMs: 5 },
  { samples: 100, budgetMs: 300 }
] as const
/** Runs whose middle is one round: a single run is too short to time. */
const RUNS = 21
/** Long enough for the compiler to have seen every path, as in a service that runs. */
const WARM_UP_MS = 2000

/** Deterministic numbers in (0, 1), so that every round scores the same evidence. */
function probability(at: number): number {
  return ((at * 37) % 97) / 100 + 0.02
}

function text(seed: number): string {
  return Array.from({ length: TOKENS }, (_, i) => `word${String((i * (1 + (seed % 7))) % 40)}`).join(' ')
}

/** An answer and samples of thirty tokens, and random evidence of every kind on them. */
function evidenceOf(count: number): readonly EvidenceKinds[] {
  const probabilities = (seed: number): number[] => Array.from({ length: TOKENS }, (_, i) => probability(seed + i))
  const words = probabilities(1).map((p, i) => token(p, { text: `${i === 0 ? '' : ' '}word${String(i)}`, entropy: 1 }))
  const whole = answer([...words, end(0.9, { entropy: 0.3 })])
  const samples = Array.from({ length: count }, (_, i) => sample(text(i), probabilities(i)))
  const base = {
    question: 'Which words?',
    answer: whole,
    'answer.logprobs': whole,
    samples,
    'samples.logprobs': samples
  }
  return deepFreeze(fc.sample(evidenceOn(base), { numRuns: DRAWS, seed: 7 }))
}

type Runnable = () => boolean

/** Scores with the defaults, on the first draw that has a value for the scorer. Tells whether there is one. */
function runnable(scorer: Scorer, draws: readonly EvidenceKinds[]): Runnable {
  const options = resolveOptions(scorer).options!
  const on = (evidence: EvidenceKinds): boolean => {
    try {
      scorer.score(evidence, options)
      return true
    } catch (error) {
      if (error instanceof Unscorable) return false
      throw error
    }
  }
  const evidence = draws.find(on) ?? draws[0]!
  return () => on(evidence)
}

function timeMs(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

function medianMs(work: () => unknown): number {
  return spreadOf(Array.from({ length: RUNS }, () => timeMs(work))).median
}

function lineOf(rounds: number, scorers: readonly Scorer[], samples: number, budgetMs: number): Line {
  const draws = evidenceOf(samples)
  const each = scorers.map((scorer) => ({ name: scorer.name, run: runnable(scorer, draws) }))
  const scored = each.filter(({ run }) => run()).length
  const all = (): void => each.forEach(({ run }) => run())
  const start = performance.now()
  do all()
  while (performance.now() - start < WARM_UP_MS)
  const measured = Array.from({ length: rounds }, () => medianMs(all))
  const [slowest] = each.map(({ name, run }) => ({ name, ms: medianMs(run) })).sort((a, b) => b.ms - a.ms)
  const budget = measured.map(() => budgetMs)
  return {
    figure: `all ${String(scorers.length)} scorers (${String(scored)} with a value) on ${String(samples)} samples of ${String(TOKENS)} tokens, evidence given`,
    baseline: { of: 'budget', unit: 'ms', spread: spreadOf(budget) },
    ours: { of: `slowest ${slowest!.name} ${slowest!.ms.toFixed(2)} ms; all`, unit: 'ms', spread: spreadOf(measured) },
    ratio: ratioOf(measured, budget),
    target: atMost(1)
  }
}

export const scorersAlone: Figure = {
  name: 'scorers-alone',
  async measure(rounds) {
    const scorers = [...(await loadScorers(new URL('../../scorers/', import.meta.url))).values()]
    return SIZES.map(({ samples, budgetMs }) => lineOf(rounds, scorers, samples, budgetMs))
  }
}
