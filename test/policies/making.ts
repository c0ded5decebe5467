import type { ScoreExample } from '../../src/policies/examples.js'
import { makePolicy } from '../../src/policies/make-policy.js'
import type { StoredPolicy } from '../../src/policies/policy.js'
import type { PolicyExample, PolicyRequest } from '../../src/schemas/policy.js'
import type { Scorer } from '../../src/scorer.js'
import { scorer } from './scorers.js'

export const SCORERS: readonly Scorer[] = [
  scorer(),
  scorer({
    name: 'tunable',
    options: {
      type: 'object',
      additionalProperties: false,
      properties: { noise: { type: 'number', default: 0 } }
    }
  }),
  scorer({
    name: 'reader',
    needs: ['options'],
    unit: 'probability',
    range: [0, 1],
    direction: 'higher_is_more_certain'
  }),
  scorer({ name: 'conformal_abstention', needs: ['conformal'] })
]

const echo: ScoreExample = async ({ score }) => ({ uncertainty: Number(score) })

/** A policy as the service would keep it, on scorers that never run. */
export async function make(
  request: Partial<PolicyRequest> & Pick<PolicyRequest, 'examples' | 'objective'>,
  scoreExample = echo
): Promise<StoredPolicy> {
  const body = await makePolicy(
    { name: 'bot', scorer: 'spread', ...request },
    { scorers: new Map(SCORERS.map((one) => [one.name, one])), scoreExample, models: () => [] },
    new AbortController().signal
  )
  return { ...body, name: 'bot', version: 1, createdMs: 0 }
}

/** n raw examples with scores 0, 1, 2 …, of which those from `wrongFrom` on are wrong. */
export function ranked(n: number, wrongFrom = n): PolicyExample[] {
  return Array.from({ length: n }, (_, i) => ({ score: i, correct: i < wrongFrom }))
}
