import Type, { type Static } from 'typebox'
import type { Scorer } from '../scorer.js'

const Bound = Type.Unsafe<number | null>({ type: ['number', 'null'] })

/** What a scorer says of itself. */
export const ScorerDescription = Type.Object(
  {
    name: Type.String({ description: 'To be used in `scorers` and `options`.' }),
    summary: Type.String(),
    reference: Type.String({ description: 'Paper or source of the formula.' }),
    needs: Type.Array(Type.String(), { description: 'Evidence that it reads; gathered once for all scorers.' }),
    unit: Type.String({ enum: ['nats', 'probability', 'ratio', 'count'] }),
    range: Type.Array(Bound, { minItems: 2, maxItems: 2, description: 'Bounds of the value; null: unbounded.' }),
    direction: Type.String({ enum: ['higher_is_more_uncertain', 'higher_is_more_certain'] }),
    cost: Type.Object(
      {
        generations: Type.Number({ description: 'Generations per request when nothing is supplied or shared.' }),
        entailment_pairs: Type.Number({ description: 'Comparisons in the worst case over 10 samples.' }),
        readings: Type.Optional(
          Type.Number({ description: 'Prompts and texts that the language model reads without writing.' })
        ),
        embeddings: Type.Optional(Type.Number({ description: 'Texts that the embedding model reads.' }))
      },
      { additionalProperties: false }
    ),
    options: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'JSON schema of its options, defaults included.'
    })
  },
  { $id: 'Scorer', additionalProperties: false, description: 'What a scorer says of itself.' }
)
export type ScorerDescription = Static<typeof ScorerDescription>

/** All scorers, by name. */
export const ScorerList = Type.Object(
  {
    object: Type.Unsafe<'list'>({ type: 'string', enum: ['list'] }),
    data: Type.Array(Type.Unsafe<ScorerDescription>(Type.Ref('Scorer#')))
  },
  { additionalProperties: false, description: 'All scorers, by name.' }
)

const NO_OPTIONS = { type: 'object', properties: {}, additionalProperties: false }

/** A scorer as the catalogue shows it. */
export function describeScorer(scorer: Scorer): ScorerDescription {
  const { name, summary, reference, needs, unit, range, direction, cost, options } = scorer
  return {
    name,
    summary,
    reference,
    needs: [...needs],
    unit,
    range: [...range],
    direction,
    cost,
    options: { ...(options ?? NO_OPTIONS) }
  }
}
