import t from 'tap'
import type { SuppliedEvidence } from '../../src/evidence/input.js'
import { resolveOptions } from '../../src/scorer-registry.js'
import type { Scorer } from '../../src/scorer.js'
import { demandOf, type Demand } from '../../src/scoring/demand.js'
import { scorers } from '../fixtures/scoring-setup.js'

/** A question with options and a source text, and nothing else. */
const BARE: SuppliedEvidence = {
  messages: [{ role: 'user', content: 'What is the capital of Australia?' }],
  answer: null,
  samples: null,
  compared: () => null,
  similarity: null,
  confidence: null,
  choices: ['Sydney', 'Canberra', 'Perth', 'Hobart'],
  context: 'Canberra is the capital.'
}
/** As `Cost` says: ten samples, and an answer of one sentence. */
const SENTENCE = { asksModel: true, fills: true, sampleCount: 10, maxTokens: 24 }

function planned(scorer: Scorer): Demand {
  const options = resolveOptions(scorer).options!
  const parameters = scorer.parameters?.(options) ?? {}
  return demandOf([{ scorer, options, parameters, pointer: '/scorers/0' }], { supply: BARE, ...SENTENCE })
}

for (const [name, scorer] of scorers) {
  t.test(`${name} states the work that is planned for it`, async (t) => {
    const { rows, completionTokens, promptChars, pairs, embeddings } = planned(scorer)
    const { cost } = scorer
    const own = scorer.needs.some((kind) => kind === 'scores') ? cost.generations : 0
    const decoded = rows.samples + (rows.greedy ? 1 : 0)
    t.ok(cost.generations >= decoded, `${decoded} rows are decoded, ${cost.generations} stated`)
    t.equal(cost.generations > own, decoded > 0 || completionTokens > 0, 'texts are stated when some are written')
    t.equal(cost.entailment_pairs > 0, pairs > 0, `${pairs} comparisons planned, ${cost.entailment_pairs} stated`)
    t.equal(cost.embeddings ?? 0, embeddings, 'embedded texts')
    if ((cost.readings ?? 0) > 0) t.ok(promptChars > 0, 'prompts are read')
  })
}
