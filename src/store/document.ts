/** What the store keeps: documents of a kind, each version of a name written once and never changed. */
import type { TSchema } from 'typebox'

/** A value of JSON's types; a body is one whose keys are in snake_case, as callers see it. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * One kind of document. `Body` is what the code works with; `Heavy` names its fields that may be large, which lists
 * leave out.
 */
export interface Kind<Body extends object, Heavy extends keyof Body = never> {
  /** Stored with every document, so it never changes: `policy`. */
  readonly name: string
  /** Their names are the same in the JSON form. */
  readonly heavy: readonly (Heavy & string)[]
  /** Of the JSON form; what is imported is held to it. */
  readonly schema: TSchema
  /** What is wrong with a JSON form that fits the schema, or null. Absent where the schema says all. */
  flaw?(json: JsonObject): string | null
  /** The JSON form: what is kept, exported and digested. */
  encode(body: Body): JsonObject
  /** From the JSON form, which lacks the heavy fields in lists. */
  decode(json: JsonObject): Body
}

/** Any kind, for what treats all alike. */
export type AnyKind = Pick<Kind<object>, 'name' | 'schema' | 'flaw'> & { readonly heavy: readonly string[] }

/** A document that the store has given a version. */
export interface Stored<Body> {
  readonly name: string
  /** From 1; never given twice for a name. */
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly createdMs: number
  /** SHA-256 over everything else, in hex: the same digest is the same document, wherever it is kept. */
  readonly digest: string
  readonly body: Body
}

/** A document as it travels between stores. */
export interface Exported extends Stored<JsonObject> {
  readonly kind: string
}

/** What became of an imported document: it is new here, or was here already. */
export type Outcome = 'created' | 'unchanged'

/** The documents of one kind. Every call throws QUALM_ERR_STORE when the store fails. */
export interface Collection<Body extends object, Heavy extends keyof Body = never> {
  /**
   * Keeps the next version of `name`. What was acknowledged survives a crash; two processes at once get two versions.
   * `createdMs`: milliseconds since the epoch.
   */
  create(name: string, body: Body, createdMs: number): Promise<Stored<Body>>
  /** One version, or the newest when `version` is null; null when there is none. */
  get(name: string, version: number | null): Promise<Stored<Body> | null>
  /** The newest version of every name, by name, without heavy fields. */
  list(): Promise<readonly Stored<Omit<Body, Heavy>>[]>
  /** Removes one version, or all when `version` is null; returns how many. Numbers are not given again. */
  remove(name: string, version: number | null): Promise<number>
}
