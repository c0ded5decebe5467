import Type, { type Static } from 'typebox'
import { POLICY_NAME, POLICY_REFERENCE } from './policy.js'

const closed = { additionalProperties: false } as const
const Kind = Type.String({ minLength: 1, maxLength: 32, description: 'Kind of object: `policy` or `calibration`.' })
const Version = Type.Integer({ minimum: 1, maximum: 999_999_999 })

const Document = Type.Object(
  {
    kind: Kind,
    name: Type.String({ pattern: POLICY_NAME }),
    version: Version,
    created_ms: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Since the Unix epoch.' }),
    digest: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 over the JSON of the other members with sorted keys. It shows damage, not who wrote it.'
    }),
    body: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'What the version says, all of its calibration scores included.'
    })
  },
  closed
)

/** 200 of `GET /v1/export` and body of `POST /v1/import`. */
export const Export = Type.Object(
  {
    object: Type.Unsafe<'export'>({ type: 'string', enum: ['export'], description: 'Kind of object.' }),
    format: Type.Unsafe<1>({ type: 'integer', enum: [1], description: 'Of this file.' }),
    documents: Type.Array(Document, { maxItems: 10_000 })
  },
  closed
)
export type Export = Static<typeof Export>
export type ExportedDocument = Static<typeof Document>

/** Query of `GET /v1/export`. */
export const ExportQuery = Type.Object(
  {
    kind: Type.Optional(Kind),
    name: Type.Optional(
      Type.String({ pattern: POLICY_REFERENCE, description: 'name for all versions of it, or name@version.' })
    )
  },
  closed
)
export type ExportQuery = Static<typeof ExportQuery>

/** 200 of `POST /v1/import`. */
export const ImportResult = Type.Object(
  {
    object: Type.Unsafe<'import'>({ type: 'string', enum: ['import'], description: 'Kind of object.' }),
    documents: Type.Array(
      Type.Object(
        {
          kind: Kind,
          name: Type.String(),
          version: Version,
          outcome: Type.Unsafe<'created' | 'unchanged'>({
            type: 'string',
            enum: ['created', 'unchanged'],
            description: '`unchanged`: the same document was here already.'
          })
        },
        closed
      )
    )
  },
  closed
)
export type ImportResult = Static<typeof ImportResult>
