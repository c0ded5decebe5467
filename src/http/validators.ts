import { Ajv, type AnySchema, type ErrorObject, type Options, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { QualmError } from '../errors.js'
import { fieldErrors } from './field-errors.js'

/** Stock Fastify would turn a null log-probability into 0, and drop a misspelt field; neither happens here. */
const STRICT: Options = {
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  verbose: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  validateFormats: true
}

type Outcome = { readonly value: unknown } | { readonly error: QualmError }

/** Checks one value. Returns it, or the error to throw. */
export type Validate = (data: unknown) => Outcome

/** Beyond so many values only the first fault is told, so that a hostile body cannot make a million of them. */
const MOST_VALUES = 5000

function isSmall(data: unknown): boolean {
  const open: unknown[] = [data]
  for (let seen = 0; open.length > 0; seen++) {
    if (seen + open.length > MOST_VALUES) return false
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    const children = Object.values(value)
    if (children.length > MOST_VALUES) return false
    open.push(...children)
  }
  return true
}

const PLACES: Readonly<Record<string, string>> = {
  params: 'In the path: ',
  querystring: 'In the query: ',
  headers: 'In the headers: '
}

function refusal(errors: readonly ErrorObject[], place: string): QualmError {
  const fields = fieldErrors(errors)
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : ''
  const first = fields[0] === undefined ? 'It does not fit.' : `${fields[0].pointer || 'body'}: ${fields[0].message}`
  return new QualmError('QUALM_ERR_VALIDATION', `${place}${first}${more}`, { errors: fields })
}

function strictly(first: ValidateFunction, all: () => ValidateFunction): Validate {
  return (data) => {
    if (first(data)) return { value: data }
    const check = isSmall(data) ? all() : first
    if (check !== first) check(data)
    return { error: refusal(check.errors ?? first.errors ?? [], '') }
  }
}

function create(options: Options, shared: readonly AnySchema[]): Ajv {
  const ajv = new Ajv(options)
  formats.default(ajv)
  ajv.addSchema([...shared])
  return ajv
}

/**
 * Validators for Fastify's schema controller. Bodies are strict: no coercion, nothing removed, every fault reported.
 * Paths and queries are text by nature, so there numbers are read from text.
 */
export function buildValidator(shared: unknown) {
  const schemas = Object.values((shared ?? {}) as Record<string, AnySchema>)
  const first = create({ ...STRICT, allErrors: false }, schemas)
  const all = create({ ...STRICT, allErrors: true }, schemas)
  const texts = create({ ...STRICT, coerceTypes: true, allErrors: true }, schemas)
  return ({ schema, httpPart }: { readonly schema: unknown; readonly httpPart?: string }): Validate => {
    if (httpPart === undefined || httpPart === 'body') {
      let thorough: ValidateFunction | undefined
      return strictly(first.compile(schema as AnySchema), () => (thorough ??= all.compile(schema as AnySchema)))
    }
    const check = texts.compile(schema as AnySchema)
    return (data) => (check(data) ? { value: data } : { error: refusal(check.errors ?? [], PLACES[httpPart] ?? '') })
  }
}
