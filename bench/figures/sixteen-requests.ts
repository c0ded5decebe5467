/** Sixteen requests at once, each a greedy answer, ten samples of 32 tokens and clusters. Speeds in tokens a second. */
import { createBenchEngine } from '../engine.js'
import { atLeast, atMost, type Figure, type Line, type Reading } from '../line.js'
import { ANSWER_TOKENS, questionAt, SAMPLES } from '../questions.js'
import { interleave, steady, timed } from '../rounds.js'
import { type BenchScoring, createBenchScoring, WHOLE_VOCABULARY } from '../scoring.js'
import { ratioOf, spreadOf } from '../spread.js'
import { openPeer } from '../transformers.js'

const REQUESTS = 16
const REQUEST_TOKENS = (SAMPLES + 1) * ANSWER_TOKENS

function speed(tokens: number, ms: number): number {
  return tokens / (ms / 1000)
}

function reading(measures: readonly number[], of: string): Reading {
  return { of, unit: 'tok/s', spread: spreadOf(measures) }
}

/** Seeds that no request of a burst has: a known comparison would cost nothing. */
function aloneSeed(round: number, at: number): number {
  return 10_000 + 100 * round + at
}

/** All at once, each with a question and a seed of its own; tells how long each took. */
async function burst(scoring: BenchScoring, round: number): Promise<readonly number[]> {
  const requests = Array.from({ length: REQUESTS }, (_, at) => REQUESTS * round + at)
  return Promise.all(requests.map((at) => timed(() => scoring.score(questionAt(at), at, WHOLE_VOCABULARY))))
}

async function lines(
  rounds: number,
  scoring: BenchScoring,
  generate: (round: number, temperature: number) => Promise<number>
): Promise<readonly Line[]> {
  const slowest: number[] = []
  const typical: number[] = []
  const measures = await interleave(rounds, {
    ours: async (round) => {
      const times = spreadOf(await burst(scoring, round))
      if (round > 0) {
        slowest.push(times.max)
        typical.push(times.median)
      }
      return speed(REQUESTS * REQUEST_TOKENS, times.max)
    },
    alone: async (round) =>
      speed(
        REQUEST_TOKENS,
        await steady((at) => scoring.score(questionAt(at), aloneSeed(round, at), WHOLE_VOCABULARY))
      ),
    greedy: (round) => generate(round, 0),
    sampled: (round) => generate(round, 1)
  })
  const ours: Reading = { unit: 'tok/s', spread: spreadOf(measures.ours) }
  const against = (figure: string, of: string, side: readonly number[], target: number): Line => ({
    figure,
    baseline: reading(side, of),
    ours,
    ratio: ratioOf(measures.ours, side),
    target: atLeast(target)
  })
  return [
    against('16 requests at once: speed against one alone', 'one request alone', measures.alone, 1),
    against('The same against plain answers one at a time', 'transformers.js, greedy', measures.greedy, 4),
    against('The same against sampled answers one at a time', 'transformers.js, whole vocabulary', measures.sampled, 7),
    {
      figure: 'Slowest of the 16 against their median',
      baseline: { of: 'median', unit: 'ms', spread: spreadOf(typical) },
      ours: { of: 'slowest', unit: 'ms', spread: spreadOf(slowest) },
      ratio: ratioOf(slowest, typical),
      target: atMost(1.5)
    }
  ]
}

export const sixteenRequests: Figure = {
  name: 'sixteen-requests',
  async measure(rounds) {
    const engine = await createBenchEngine({ promptCacheBytes: 0 })
    const peer = await openPeer()
    const generate = async (round: number, temperature: number) =>
      speed(ANSWER_TOKENS, await steady((at) => peer.generate(questionAt(round + at), { temperature, forced: true })))
    try {
      return await lines(rounds, await createBenchScoring(engine, true), generate)
    } finally {
      await peer.close()
      await engine.close()
    }
  }
}
