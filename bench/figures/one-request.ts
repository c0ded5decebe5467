/** One request alone: a greedy answer, ten samples of 32 tokens, clusters; against transformers.js call after call. */
import { createBenchEngine } from '../engine.js'
import { atLeast, atMost, type Figure, type Line } from '../line.js'
import { questionAt, SAMPLES } from '../questions.js'
import { interleave, steady, timed } from '../rounds.js'
import { RunTimes } from '../run-times.js'
import { type BenchScoring, createBenchScoring, WHOLE_VOCABULARY } from '../scoring.js'
import { ratioOf, spreadOf } from '../spread.js'
import { openPeer, type Peer } from '../transformers.js'
import { SAMPLING_DEFAULTS } from '../../src/scoring/presets.js'

/** Every answer has exactly 32 tokens on both sides. */
async function forcedLines(
  rounds: number,
  scoring: BenchScoring,
  peer: Peer,
  runs: RunTimes
): Promise<readonly Line[]> {
  const measures = await interleave(rounds, {
    ours: (round) => timed(() => runs.around(() => scoring.score(questionAt(round), round, WHOLE_VOCABULARY))),
    greedy: (round) => steady((at) => peer.generate(questionAt(round + at), { temperature: 0, forced: true })),
    peer: (round) => timed(() => peer.score(questionAt(round), SAMPLES, { temperature: 1, forced: true }))
  })
  const ours = { unit: 'ms', spread: spreadOf(measures.ours) } as const
  return [
    {
      figure: 'Greedy + 10 samples × 32 tokens + clusters, one request alone: times faster',
      baseline: { of: 'transformers.js, 11 generate() and 90 pairs', unit: 'ms', spread: spreadOf(measures.peer) },
      ours,
      ratio: ratioOf(measures.peer, measures.ours),
      target: atLeast(5)
    },
    {
      figure: 'The same: times the duration of one plain answer',
      baseline: { of: 'transformers.js, one greedy generate()', unit: 'ms', spread: spreadOf(measures.greedy) },
      ours,
      ratio: ratioOf(measures.ours, measures.greedy),
      target: atMost(3)
    },
    ...runs.lines('Of this')
  ]
}

/** As the service runs: its default sampling, and answers end where the model ends them. */
async function naturalLine(rounds: number, scoring: BenchScoring, peer: Peer): Promise<Line> {
  const { temperature } = SAMPLING_DEFAULTS
  const measures = await interleave(rounds, {
    ours: (round) => timed(() => scoring.score(questionAt(round), round)),
    peer: (round) => timed(() => peer.score(questionAt(round), SAMPLES, { temperature, forced: false }))
  })
  return {
    figure: 'The same with default sampling and natural ends: times faster',
    baseline: {
      of: `transformers.js at temperature ${String(temperature)}`,
      unit: 'ms',
      spread: spreadOf(measures.peer)
    },
    ours: { unit: 'ms', spread: spreadOf(measures.ours) },
    ratio: ratioOf(measures.peer, measures.ours),
    target: null
  }
}

export const oneRequest: Figure = {
  name: 'one-request',
  async measure(rounds) {
    const engine = await createBenchEngine({ promptCacheBytes: 0 })
    const peer = await openPeer()
    try {
      const forced = await forcedLines(rounds, await createBenchScoring(engine, true), peer, new RunTimes(engine))
      return [...forced, await naturalLine(rounds, await createBenchScoring(engine, false), peer)]
    } finally {
      await peer.close()
      await engine.close()
    }
  }
}
