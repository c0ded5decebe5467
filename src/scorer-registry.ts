/** Finds the files in scorers/ at start, checks that each keeps the contract, and resolves a request's options. */
import { readdir } from 'node:fs/promises'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { FieldError } from './errors.js'
import { suggestion } from './nearest.js'
import { isKind } from './evidence/kinds.js'
import type { Options, Scorer } from './scorer.js'

const UNITS: readonly unknown[] = ['nats', 'probability', 'ratio', 'count']
const DIRECTIONS: readonly unknown[] = ['higher_is_more_uncertain', 'higher_is_more_certain']
const NO_OPTIONS = { type: 'object', additionalProperties: false, properties: {} } as const

const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: true, allowUnionTypes: true })
const validators = new WeakMap<Scorer, ValidateFunction>()

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''
const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0
const isOptionalCount = (value: unknown): boolean => value === undefined || isCount(value)
const isBound = (value: unknown): boolean => value === null || Number.isFinite(value)

function isRange(range: unknown): boolean {
  if (!Array.isArray(range) || range.length !== 2 || !range.every(isBound)) return false
  const [low, high] = range as [number | null, number | null]
  return low === null || high === null || low < high
}

function optionsFault(schema: Scorer['options']): string | null {
  if (schema === undefined) return null
  if (schema.type !== 'object' || schema.additionalProperties !== false) {
    return 'options must be an object schema with additionalProperties: false'
  }
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Readonly<Record<string, unknown>>>)
  const bare = properties.find(([, property]) => !('default' in property))
  return bare === undefined ? null : `option ${bare[0]} has no default`
}

/** What breaks the contract, or null. `scorer` is whatever the file exports. */
function fault(scorer: Partial<Scorer> | undefined, fileName: string): string | null {
  if (typeof scorer !== 'object' || typeof scorer.score !== 'function') return 'has no default export with a score()'
  if (scorer.name !== fileName) return `calls itself ${JSON.stringify(scorer.name)}`
  if (!isText(scorer.summary) || !isText(scorer.reference)) return 'needs a summary and a reference'
  if (!Array.isArray(scorer.needs) || scorer.needs.length === 0) return 'needs no evidence'
  const unknown = scorer.needs.find((kind) => !isKind(kind))
  if (unknown !== undefined) return `needs ${JSON.stringify(unknown)}, which is no kind of evidence`
  if (!isRange(scorer.range)) return 'has no range [low, high] with low < high or null'
  if (!UNITS.includes(scorer.unit)) return `has the unit ${JSON.stringify(scorer.unit)}`
  if (!DIRECTIONS.includes(scorer.direction)) return `has the direction ${JSON.stringify(scorer.direction)}`
  const { cost } = scorer
  const isPriced = isCount(cost?.generations) && isCount(cost?.entailment_pairs)
  if (!isPriced || !isOptionalCount(cost?.readings) || !isOptionalCount(cost?.embeddings)) {
    return 'has no cost in whole numbers'
  }
  return optionsFault(scorer.options)
}

function validatorOf(scorer: Scorer): ValidateFunction {
  const known = validators.get(scorer)
  if (known !== undefined) return known
  const validate = ajv.compile(scorer.options ?? NO_OPTIONS)
  validators.set(scorer, validate)
  return validate
}

async function load(directory: URL, file: string): Promise<Scorer> {
  const module = (await import(new URL(file, directory).href)) as { default?: Scorer }
  const found = fault(module.default, file.slice(0, -'.js'.length))
  if (found !== null) throw new Error(`scorers/${file}: ${found}`)
  const scorer = module.default!
  try {
    if (!validatorOf(scorer)({})) throw new Error('a default does not fit its own schema')
  } catch (cause) {
    throw new Error(`scorers/${file}: the options schema is invalid: ${(cause as Error).message}`, { cause })
  }
  return scorer
}

/**
 * Imports every `.js` file of `directory` (a URL that ends in a slash) and returns the scorers by name, sorted.
 * Throws an error that names the file when one breaks the contract.
 */
export async function loadScorers(directory: URL): Promise<ReadonlyMap<string, Scorer>> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.js')).sort()
  const scorers = await Promise.all(files.map((file) => load(directory, file)))
  return new Map(scorers.map((scorer) => [scorer.name, scorer]))
}

/** A fault in the options of one scorer; `pointer` starts at the options object. */
export interface OptionError extends FieldError {
  /** True when the scorer has no option of that name. */
  readonly unknown: boolean
}

/** Options with every default filled in, or what is wrong with them. */
export type ResolvedOptions =
  | { readonly options: Options; readonly errors: null }
  | { readonly options: null; readonly errors: readonly OptionError[] }

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

function optionError(scorer: Scorer, error: ErrorObject): OptionError {
  if (error.keyword !== 'additionalProperties') {
    const { allowedValues } = error.params as { readonly allowedValues?: readonly unknown[] }
    const allowed = allowedValues === undefined ? '' : `: ${allowedValues.join(', ')}`
    return { pointer: error.instancePath, message: `${error.message ?? 'is invalid'}${allowed}`, unknown: false }
  }
  const name = (error.params as { additionalProperty: string }).additionalProperty
  const names = Object.keys((scorer.options?.properties ?? {}) as object)
  return {
    pointer: `${error.instancePath}/${escaped(name)}`,
    message: `${scorer.name} has no option ${JSON.stringify(name)}${suggestion(name, names)}`,
    unknown: true
  }
}

const DEFAULTS = new WeakMap<Scorer, Options>()

/** Checks `given` against the scorer's schema, without coercion, and fills in defaults. `given` is not changed. */
export function resolveOptions(scorer: Scorer, given?: unknown): ResolvedOptions {
  if (given !== undefined) return checkedOptions(scorer, structuredClone(given))
  const known = DEFAULTS.get(scorer)
  if (known !== undefined) return { options: known, errors: null }
  const resolved = checkedOptions(scorer, {})
  if (resolved.errors === null) DEFAULTS.set(scorer, resolved.options)
  return resolved
}

function checkedOptions(scorer: Scorer, options: unknown): ResolvedOptions {
  const validate = validatorOf(scorer)
  if (validate(options)) return { options: Object.freeze(options as Record<string, unknown>), errors: null }
  return { options: null, errors: (validate.errors ?? []).map((error) => optionError(scorer, error)) }
}
