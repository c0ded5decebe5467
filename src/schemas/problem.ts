import Type, { type Static } from 'typebox'
import { ERRORS } from '../errors.js'

/** A fault of one field. `pointer` is an RFC 6901 pointer into the request body. */
export const ProblemField = Type.Object({
  pointer: Type.String({ description: 'JSON pointer into the body.' }),
  message: Type.String({ description: 'What is wrong there.' })
})

/** RFC 9457 problem document: the body of every answer that is no success. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Stable name of the kind of problem.' }),
    title: Type.String({ description: 'The kind of problem in words; the same for every occurrence.' }),
    status: Type.Integer({ description: 'HTTP status.' }),
    detail: Type.String({ description: 'What went wrong this time, and what to do.' }),
    instance: Type.String({ description: 'Path of the request.' }),
    code: Type.String({ enum: Object.keys(ERRORS), description: 'Branch on this.' }),
    request_id: Type.String({ description: 'Also in the header x-request-id and in the log.' }),
    errors: Type.Array(ProblemField, { description: 'The fields at fault, if any.' })
  },
  {
    $id: 'Problem',
    additionalProperties: true,
    description: 'RFC 9457 problem document. Some kinds of problem add members.'
  }
)
export type Problem = Static<typeof Problem>

const TITLES: Readonly<Record<number, string>> = {
  400: 'Malformed, or it does not fit the schema.',
  404: 'Nothing is stored or served under this name.',
  405: 'The path exists, but not with this method; see the header Allow.',
  409: 'It contradicts what is stored.',
  413: 'The body is larger than the limit.',
  414: 'A path segment is too long.',
  415: 'The media type or the encoding is not supported.',
  422: 'Well-formed, but not usable.',
  500: 'A fault inside Qualm; the log has it under the request id.',
  503: 'Saturated, loading or shutting down; see the header Retry-After.'
}

/** Declarations of problem answers for a route's `response`, one per status. */
export function problems<const S extends number>(...statuses: readonly S[]) {
  const answer = (status: S) => ({
    description: TITLES[status] ?? 'A problem.',
    content: { 'application/problem+json': { schema: Type.Ref('Problem#') } }
  })
  return Object.fromEntries(statuses.map((status) => [status, answer(status)])) as Record<S, ReturnType<typeof answer>>
}
