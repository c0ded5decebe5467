import Type, { type Static } from 'typebox'

const Count = (description: string) => Type.Integer({ minimum: 0, description })
const closed = { additionalProperties: false } as const

const PresetCost = Type.Object(
  {
    generations: Count('Texts that are decoded: the answer and the samples.'),
    completion_tokens: Count('Tokens generated at most, follow-up questions included.'),
    readings: Count('Texts that the language model reads without writing.'),
    entailment_pairs: Count('Directed comparisons at most.'),
    embedded_texts: Count('Texts embedded at most.')
  },
  { ...closed, description: 'What a bare question costs; whatever is supplied is not paid for.' }
)

const PresetDescription = Type.Object(
  {
    name: Type.String({ description: 'To be used as `preset`.' }),
    is_default: Type.Boolean({ description: 'Whether it applies when a request names neither preset nor scorers.' }),
    scorers: Type.Array(Type.String()),
    samples: Count('Samples that are drawn unless `sampling.n` says otherwise.'),
    cost: PresetCost
  },
  closed
)
export type PresetDescription = Static<typeof PresetDescription>

/** All presets, from free to dear. */
export const PresetList = Type.Object(
  {
    object: Type.Unsafe<'list'>({ type: 'string', enum: ['list'] }),
    data: Type.Array(PresetDescription)
  },
  { ...closed, description: 'All presets, from free to dear.' }
)
export type PresetList = Static<typeof PresetList>
