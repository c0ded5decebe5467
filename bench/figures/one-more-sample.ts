/** What one more sample costs in a request that already has some, in terms of decoding one greedy answer alone. */
import { createBenchEngine } from '../engine.js'
import { atMost, type Figure } from '../line.js'
import { ANSWER_TOKENS, questionAt, SAMPLES } from '../questions.js'
import { interleave, timed } from '../rounds.js'
import { ratioOf, spreadOf } from '../spread.js'
import type { Decoding, Engine } from '../../src/engine/engine.js'

const GREEDY: Decoding = { temperature: 0, topP: 1, topK: null }
const SAMPLED: Decoding = { temperature: 1, topP: 1, topK: null }

function generate(engine: Engine, round: number, samples: number, maxTokens: number): Promise<number> {
  const request = {
    model: engine.models().find(({ role }) => role === 'language')!.id,
    messages: [{ role: 'user' as const, content: questionAt(round) }],
    rows: [GREEDY, ...Array.from({ length: samples }, () => SAMPLED)],
    maxTokens,
    stop: [],
    seed: round,
    topCount: 0,
    ignoreEnd: true
  }
  return timed(() => engine.generate(request, { signal: new AbortController().signal }))
}

export const oneMoreSample: Figure = {
  name: 'one-more-sample',
  async measure(rounds) {
    const engine = await createBenchEngine({ promptCacheBytes: 0 })
    try {
      const measures = await interleave(rounds, {
        prompt: (round) => generate(engine, round, 0, 1),
        alone: (round) => generate(engine, round, 0, ANSWER_TOKENS),
        batch: (round) => generate(engine, round, SAMPLES, ANSWER_TOKENS)
      })
      // Reading the prompt is no part of decoding: without it the lone answer is shorter and the ratio greater.
      const decode = measures.alone.map((ms, round) => ms - measures.prompt[round]!)
      const sample = measures.batch.map((ms, round) => (ms - measures.alone[round]!) / SAMPLES)
      return [
        {
          figure: 'One more sample of 32 tokens in a batch of 11',
          baseline: { of: 'one greedy answer alone, prompt read', unit: 'ms', spread: spreadOf(decode) },
          ours: { unit: 'ms', spread: spreadOf(sample) },
          ratio: ratioOf(sample, decode),
          target: atMost(0.3)
        }
      ]
    } finally {
      await engine.close()
    }
  }
}
