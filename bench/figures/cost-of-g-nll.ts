/** What the statistics behind G-NLL cost: the same decode loop on the same graph, with them and without. */
import { openArgmaxDecoder } from '../argmax-decoder.js'
import { findWeights, greedyLoop } from '../greedy-loop.js'
import { atMost, type Figure, type Line } from '../line.js'
import { questionAt } from '../questions.js'
import { interleave, timed } from '../rounds.js'
import { ratioOf, spreadOf } from '../spread.js'
import type { Row } from '../../src/engine/engine.js'
import { openDecoder } from '../../src/engine/language/load.js'

type Answer = (question: string) => Promise<Row>

/** Times mean nothing unless both say the same. */
async function requireEqual(a: Answer, b: Answer): Promise<void> {
  const [one, other] = [await a(questionAt(0)), await b(questionAt(0))]
  const ids = (row: Row) => row.tokens.map((token) => token.id).join(' ')
  if (ids(one) !== ids(other)) throw new Error('the graphs with and without statistics give different answers')
}

async function lineOf(rounds: number, scored: Answer, plain: Answer): Promise<Line> {
  await requireEqual(scored, plain)
  const measures = await interleave(rounds, {
    plain: (round) => timed(() => plain(questionAt(round))),
    scored: (round) => timed(() => scored(questionAt(round)))
  })
  return {
    figure: 'G-NLL: greedy answer of 32 tokens with statistics',
    baseline: { of: 'same loop, ArgMax only', unit: 'ms', spread: spreadOf(measures.plain) },
    ours: { unit: 'ms', spread: spreadOf(measures.scored) },
    ratio: ratioOf(measures.scored, measures.plain),
    target: atMost(1.05)
  }
}

/** A round takes under a second, and 5 % is little: more rounds settle it. */
const ROUNDS_FACTOR = 4

export const costOfGNll: Figure = {
  name: 'cost-of-g-nll',
  async measure(rounds) {
    const { file, shape, threads } = await findWeights()
    const scored = await openDecoder(file, shape, threads)
    const plain = await openArgmaxDecoder(file, shape, threads)
    try {
      return [await lineOf(ROUNDS_FACTOR * rounds, await greedyLoop(scored), await greedyLoop(plain))]
    } finally {
      await plain.release()
      await scored.release()
    }
  }
}
