/** The body of `POST /v1/chat/completions`: OpenAI's, of which Qualm reads little, and `uncertainty`. */
import Type, { type Static } from 'typebox'
import { closed, LIMITS, words } from './pieces.js'
import { ScoreRequest } from './score.js'

const { preset, scorers, options, sampling, calibration, policy, include, explain } = ScoreRequest.properties

const OnAbstain = Type.Object(
  {
    do: words(
      ['mark', 'append', 'replace'],
      'mark: tell it in `uncertainty` only; append: put the message behind the answer; replace: give it instead.'
    ),
    message: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: LIMITS.textChars,
        description: 'What is said. Default: I am not certain enough to answer this.'
      })
    )
  },
  { ...closed, description: 'What becomes of an answer that the policy abstains on. A streamed one is only added to.' }
)

const OnEscalate = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 128, description: 'Alias of the stronger model.' })
  },
  {
    ...closed,
    description:
      'Whom to ask when the policy escalates. Its answer is given; behind the first one if that was streamed.'
  }
)

/** What is to be found out about the answer, and what to do then. */
export const ChatUncertainty = Type.Object(
  {
    preset,
    scorers,
    options,
    sampling,
    calibration,
    policy,
    include,
    explain,
    strategy: Type.Optional(
      words(
        ['adaptive'],
        'Draw samples only while the score (with a policy: its decision) is undecided, 10 at most unless `sampling.n` says so.'
      )
    ),
    on_abstain: Type.Optional(OnAbstain),
    on_escalate: Type.Optional(OnEscalate)
  },
  {
    ...closed,
    description: [
      'As in POST /v1/score. Without scorers, preset, policy and calibration: preset instant, which asks no model.',
      'With `n` above 1 and a temperature above 0 the other choices serve as samples, unless `sampling` asks for its own.'
    ].join(' ')
  }
)
export type ChatUncertainty = Static<typeof ChatUncertainty>

/** Section `chat` of the configuration file. */
export const ChatSettings = Type.Object(
  {
    uncertainty: Type.Optional(
      Type.Unsafe<false | ChatUncertainty>({
        ...ChatUncertainty,
        type: ['object', 'boolean'],
        not: { const: true },
        description: 'What requests without `uncertainty` of their own mean.'
      })
    )
  },
  closed
)
export type ChatSettings = Readonly<Static<typeof ChatSettings>>

/** Fields that are not listed go to the upstream as they are. */
export const ChatRequest = Type.Object(
  {
    model: Type.Optional(
      Type.String({ maxLength: 128, description: 'Alias from GET /v1/models. Default: the first language model.' })
    ),
    messages: Type.Array(Type.Unsafe<Record<string, unknown>>({ type: 'object' }), {
      description: "The conversation, in OpenAI's form."
    }),
    stream: Type.Optional(
      Type.Unsafe<boolean | null>({ type: ['boolean', 'null'], description: 'Send server-sent events.' })
    ),
    uncertainty: Type.Optional(
      Type.Unsafe<false | ChatUncertainty>({
        anyOf: [{ type: 'boolean', enum: [false] }, ChatUncertainty],
        description: 'false: the answer is passed on and not scored.'
      })
    )
  },
  { additionalProperties: true, description: "OpenAI's chat request, and `uncertainty`." }
)
export type ChatRequest = Static<typeof ChatRequest> & Readonly<Record<string, unknown>>

/** Why a chat request failed, in OpenAI's form. */
export const ChatError = Type.Object(
  {
    error: Type.Object({
      message: Type.String({ description: 'What went wrong, and what to do.' }),
      type: Type.String(),
      param: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'The field at fault.' }),
      code: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Branch on this: QUALM_ERR_….' })
    })
  },
  { description: "OpenAI's error object; an upstream's own is passed on unchanged." }
)
export type ChatError = Static<typeof ChatError>
