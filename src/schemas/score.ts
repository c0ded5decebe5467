/**
 * The body of `POST /v1/score` and its answer, as JSON Schema and as types. Descriptions become the OpenAPI page.
 * Every cap is checked by the validator before a value is copied or a model is asked.
 */
import Type, { type Static } from 'typebox'
import { Logprobs } from './logprobs.js'
import { closed, LIMITS, name, text, words } from './pieces.js'
import { Sampling } from './sampling.js'

export { ChatLogprobs, LegacyLogprobs } from './logprobs.js'
export { LIMITS } from './pieces.js'

const FinishReason = Type.Unsafe<'stop' | 'length' | 'content_filter' | 'tool_calls' | 'function_call' | null>({
  type: ['string', 'null'],
  enum: ['stop', 'length', 'content_filter', 'tool_calls', 'function_call', null],
  description: 'Why the text ended. `length` marks a prefix: its scores are bounds.'
})

const Decoding = Type.Object(
  {
    temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: '0 is greedy.' })),
    basis: Type.Optional(
      words(
        ['pre_sampling', 'post_sampling', 'unknown'],
        'Whether log-probabilities were read before or after temperature and truncation.'
      )
    )
  },
  closed
)

const Output = {
  text: text('The text; may be empty.'),
  finish_reason: Type.Optional(FinishReason),
  logprobs: Type.Optional(Logprobs),
  decoding: Type.Optional(Decoding)
}

/** A supplied answer or sample in its long form. */
export const SuppliedOutput = Type.Object(Output, closed)
const Supplied = (description: string) =>
  Type.Unsafe<string | Static<typeof SuppliedOutput>>({
    anyOf: [text('The text alone.'), SuppliedOutput],
    description
  })

const Probability = Type.Number({ minimum: 0, maximum: 1 })
/** Class probabilities of one directed comparison. */
export const ClassProbabilities = Type.Object(
  { entailment: Probability, neutral: Probability, contradiction: Probability },
  closed
)
const Comparisons = Type.Array(ClassProbabilities, { minItems: 1, maxItems: LIMITS.samples })

const SuppliedComparisons = Type.Object(
  {
    entailment: Type.Optional(
      Type.Array(Comparisons, {
        minItems: 1,
        maxItems: LIMITS.samples,
        description: 'N×N over samples; the row is the premise.'
      })
    ),
    answer_entailment: Type.Optional(
      Type.Object(
        { forward: Comparisons, backward: Comparisons },
        {
          ...closed,
          description: '`forward`: answer → sample i. `backward`: sample i → answer.'
        }
      )
    ),
    similarity: Type.Optional(
      Type.Array(Type.Array(Type.Number({ minimum: -1, maximum: 1 }), { minItems: 1, maxItems: LIMITS.samples }), {
        minItems: 1,
        maxItems: LIMITS.samples,
        description: 'N×N over samples.'
      })
    )
  },
  { ...closed, description: "Comparisons from the caller's own classifier; used instead of the entailment model." }
)

const Message = Type.Object(
  {
    role: words(['system', 'user', 'assistant'], 'Who speaks.'),
    content: text('What was said.')
  },
  closed
)

const ScorerOptions = Type.Unsafe<Record<string, Record<string, unknown>>>({
  type: 'object',
  additionalProperties: { type: 'object' },
  maxProperties: LIMITS.scorers,
  description: "Per scorer, after the scorer's own schema in GET /v1/scorers."
})

const Metadata = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: { type: 'string', maxLength: 512 },
  maxProperties: 16,
  description: "The caller's own notes; they change no score."
})

/** Body of `POST /v1/score`, and one line of its NDJSON form. */
export const ScoreRequest = Type.Object(
  {
    model: Type.Optional(name('Alias from GET /v1/models; the embedded language model by default.')),
    messages: Type.Optional(
      Type.Array(Message, {
        minItems: 1,
        maxItems: LIMITS.messages,
        description: 'The conversation that the answer ends.'
      })
    ),
    prompt: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: LIMITS.textChars,
        description: 'Short for one user message.'
      })
    ),
    answer: Type.Optional(Supplied('The answer to score; absent: Qualm answers greedily itself.')),
    samples: Type.Optional(
      Type.Array(Supplied('One sampled answer.'), {
        minItems: 1,
        maxItems: LIMITS.samples,
        description: 'Sampled answers to the same question.'
      })
    ),
    choices: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 4_096 }), {
        minItems: 2,
        maxItems: LIMITS.choices,
        description: 'Multiple choice; labels A, B, C… are assigned in order.'
      })
    ),
    verbalized: Type.Optional(
      Type.Object(
        { confidence: Type.Number({ minimum: 0, maximum: 1 }) },
        { ...closed, description: 'What the model said of its own answer.' }
      )
    ),
    context: Type.Optional(text('A source text for groundedness.')),
    evidence: Type.Optional(SuppliedComparisons),
    scorers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: LIMITS.scorers,
        description: 'Names from GET /v1/scorers; instead of `preset`.'
      })
    ),
    preset: Type.Optional(
      words(
        ['instant', 'fast', 'balanced', 'thorough'],
        [
          'instant: supplied log-probabilities only, no model call;',
          'fast: one greedy answer; balanced: greedy and 5 samples;',
          'thorough: greedy, 10 samples, the question in four other forms, and an ensemble.',
          'Default: balanced.'
        ].join(' ')
      )
    ),
    options: Type.Optional(ScorerOptions),
    sampling: Type.Optional(Sampling),
    fill: Type.Optional(
      words(['auto', 'never'], '`never`: score what was supplied, run no language model. Default: auto.')
    ),
    calibration: Type.Optional(name('Name of a stored calibration, or name@version.')),
    policy: Type.Optional(name('Name of a stored policy, or name@version.')),
    group: Type.Optional(name('Group of the request, for a policy with groups; it changes no score.')),
    budget: Type.Optional(
      Type.Object(
        {
          deadline_ms: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.deadlineMs })),
          completion_tokens: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 10_000_000,
              description: 'Refuse before any compute when more could be generated.'
            })
          )
        },
        closed
      )
    ),
    include: Type.Optional(
      Type.Array(words(['tokens', 'samples', 'entailment'], 'One kind of extra detail.'), {
        maxItems: 3,
        uniqueItems: true
      })
    ),
    levels: Type.Optional(
      Type.Array(words(['sentence', 'span', 'field'], 'One kind of part.'), {
        maxItems: 3,
        uniqueItems: true,
        description: [
          'Also score parts of the answer with every scorer that reads only its tokens. sentence;',
          'span: runs of content words, a claim each; field: the leaves of a JSON answer.'
        ].join(' ')
      })
    ),
    explain: Type.Optional(Type.Boolean({ description: 'Add `explanation`. Default: false.' })),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4_294_967_295,
        description: 'Of the samples; derived from the body when absent.'
      })
    ),
    custom_id: Type.Optional(Type.String({ maxLength: 256, description: 'Echoed.' })),
    metadata: Type.Optional(Metadata)
  },
  closed
)
export type ScoreRequest = Static<typeof ScoreRequest>
export type SuppliedOutput = Static<typeof SuppliedOutput>
export type ChatLogprobs = Static<typeof ChatLogprobs>
export type LegacyLogprobs = Static<typeof LegacyLogprobs>

export { ScoreResult } from './score-result.js'
