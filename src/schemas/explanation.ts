/** The explanation of a score result. */
import Type from 'typebox'
import { closed, nullable, words } from './pieces.js'

const Count = Type.Integer({ minimum: 0 })

/** Why the scores are what they are. */
export const Explanation = Type.Object(
  {
    summary: Type.String({ description: 'One sentence, drawn from what stands below.' }),
    rationale: Type.Optional(Type.String({ description: 'What the samples agree on and what sets them apart.' })),
    ambiguity: Type.Optional(
      Type.Object(
        {
          told_by: Type.Unsafe<'lists' | 'agreement' | null>({
            type: ['string', 'null'],
            enum: ['lists', 'agreement', null],
            description:
              'lists: samples list several answers each; agreement: all mean the same; null: it cannot be told.'
          }),
          total: nullable(Type.Number({ minimum: 0, description: 'Entropy over the different answers, in nats.' })),
          data: nullable(Type.Number({ minimum: 0, description: 'Of that, what several right answers explain.' })),
          model: nullable(Type.Number({ minimum: 0, description: 'Of that, what the model does not know.' })),
          reason: Type.Optional(Type.String({ description: 'Why it cannot be told, and what would help.' }))
        },
        { ...closed, description: 'Whether samples differ because the question has several right answers.' }
      )
    ),
    alternatives: Type.Array(
      Type.Object({ text: Type.String(), share: Type.Number({ minimum: 0, maximum: 1 }) }, closed)
    ),
    weakest_tokens: Type.Array(
      Type.Object(
        { text: Type.String(), start: Count, end: Count, probability: Type.Number({ minimum: 0, maximum: 1 }) },
        closed
      )
    ),
    inconsistent_methods: Type.Array(
      Type.Object(
        {
          scorer: Type.String(),
          certainty: Type.Number({ minimum: 0, maximum: 1, description: 'The value between least and most certain.' }),
          says: words(['certain', 'uncertain'], 'The side on which it stands.')
        },
        closed
      ),
      { description: 'Scorers clearly on the other side than most, each value brought to a scale from 0 to 1.' }
    )
  },
  closed
)
