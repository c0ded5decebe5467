/** LiteLLM's generic guardrail call, in beta there: what its proxy posts and what it reads of the answer. */
import Type, { type Static, type TSchema } from 'typebox'
import { closed, LIMITS, text, words } from './pieces.js'
import { ScoreRequest } from './score.js'

const { policy, scorers, options, samples, prompt, context, model, group, sampling, budget } = ScoreRequest.properties

/** What the proxy's own configuration says to Qualm. Closed: a misspelt `policy` must not switch the guard off. */
const Parameters = Type.Object(
  {
    policy,
    scorers,
    options,
    samples,
    prompt,
    context,
    model,
    group,
    sampling,
    budget,
    fill: Type.Optional(words(['auto', 'never'], 'As in a score request, but the default is never.')),
    strict: Type.Optional(
      Type.Boolean({ description: 'Block what the policy could not decide, such as missing evidence. Default: false.' })
    ),
    review_note: Type.Optional(
      text('Put behind texts, after a blank line, that are to be reviewed or escalated. Default: they pass unchanged.')
    )
  },
  { ...closed, description: '`additional_provider_specific_params` of the guardrail in LiteLLM.' }
)

const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Optional(Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }], description }))

/** Body of the guardrail call. Members that Qualm does not know are let through: the API is in beta. */
export const GuardrailRequest = Type.Object(
  {
    input_type: words(['request', 'response'], 'What the texts are of; texts of a request pass.'),
    texts: orNull(Type.Array(text('One text.'), { maxItems: LIMITS.samples }), 'Texts of the answer, one per choice.'),
    structured_messages: orNull(
      Type.Array(Type.Unsafe<Record<string, unknown>>({ type: 'object' }), { maxItems: LIMITS.messages }),
      'The conversation, where LiteLLM sends it.'
    ),
    litellm_call_id: orNull(Type.String(), 'Kept in the metadata of the score.'),
    litellm_trace_id: orNull(Type.String(), 'Kept in the metadata of the score.'),
    additional_provider_specific_params: orNull(Parameters, 'What to score with.')
  },
  { additionalProperties: true }
)
export type GuardrailRequest = Static<typeof GuardrailRequest>
export type GuardrailParameters = Static<typeof Parameters>

/** Answer of the guardrail call. */
export const GuardrailAnswer = Type.Object(
  {
    action: words(
      ['NONE', 'BLOCKED', 'GUARDRAIL_INTERVENED'],
      'NONE: pass. BLOCKED: refuse. GUARDRAIL_INTERVENED: pass with `texts`.'
    ),
    blocked_reason: Type.Optional(Type.String({ description: 'Why it was blocked. Never a text of the caller.' })),
    texts: Type.Optional(Type.Array(Type.String(), { description: 'All texts, some with the note.' }))
  },
  closed
)
export type GuardrailAnswer = Static<typeof GuardrailAnswer>
