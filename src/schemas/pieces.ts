/** Caps and building blocks that the schemas of a score request share. */
import Type, { type Static, type TSchema } from 'typebox'

/** Hard caps of the contract. Lengths count UTF-16 units as JSON Schema does. */
export const LIMITS = {
  textChars: 65_536,
  messages: 256,
  samples: 100,
  logprobTokens: 8_192,
  topLogprobs: 20,
  choices: 26,
  scorers: 64,
  maxTokens: 4_096,
  stopStrings: 16,
  deadlineMs: 600_000
} as const

/** Unknown fields are refused. */
export const closed = { additionalProperties: false } as const
/** A text within the cap. */
export const text = (description: string) => Type.String({ maxLength: LIMITS.textChars, description })
/** A name that somebody chose. */
export const name = (description: string) => Type.String({ minLength: 1, maxLength: 128, description })
/** One of these words. */
export const words = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: values, description })
/** The same, or null. */
export const nullable = <T extends TSchema & { type: string }>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] })
