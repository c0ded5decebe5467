import Type, { type Static } from 'typebox'

const words = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: values, description })

/** The process lives. */
export const Liveness = Type.Object(
  { status: words(['ok'], 'The event loop turns.') },
  {
    additionalProperties: false,
    description: 'The process lives.'
  }
)

/** One thing that readiness looks at. */
export const Check = Type.Object(
  {
    name: Type.String({ description: 'A model role, the alias of an upstream, `store`, `queue` or `drain`.' }),
    status: words(['ok', 'degraded', 'loading', 'failed'], '`loading` and `failed` make the service not ready.'),
    detail: Type.String()
  },
  { additionalProperties: false }
)
export type Check = Static<typeof Check>

/** Whether requests should be sent here, and why not. */
export const Readiness = Type.Object(
  {
    status: words(['ready', 'degraded', 'not_ready'], 'The first two are answered with 200, the last with 503.'),
    checks: Type.Array(Check)
  },
  { additionalProperties: false, description: 'Whether requests should be sent here, and why not.' }
)
export type Readiness = Static<typeof Readiness>

/** What runs here. */
export const VersionAnswer = Type.Object(
  {
    name: Type.String(),
    version: Type.String({ description: 'Of Qualm, after semver.' })
  },
  { additionalProperties: false, description: 'What runs here.' }
)
