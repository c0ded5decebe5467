import type { ErrorObject } from 'ajv'
import type { FieldError } from '../errors.js'
import { suggestion } from '../nearest.js'

const LONGEST_POINTER = 256
const MOST_ERRORS = 20

const isAtOrBelow = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`)
const isUnion = (error: ErrorObject): boolean => error.keyword === 'anyOf' || error.keyword === 'oneOf'

/** Errors inside the union `union`, by branch number. */
function branchesOf(union: ErrorObject, errors: readonly ErrorObject[]): readonly (readonly ErrorObject[])[] {
  const branches = new Map<string, ErrorObject[]>()
  for (const error of errors) {
    if (!error.schemaPath.startsWith(`${union.schemaPath}/`)) continue
    if (!isAtOrBelow(error.instancePath, union.instancePath)) continue
    const branch = error.schemaPath.slice(union.schemaPath.length + 1).split('/', 1)[0]!
    branches.set(branch, [...(branches.get(branch) ?? []), error])
  }
  return [...branches.values()]
}

/** No branch has the right type: one error that lists the types of all. */
function typeOfAnyBranch(union: ErrorObject, branches: readonly (readonly ErrorObject[])[]): ErrorObject {
  const here = branches.flat().filter((error) => error.instancePath === union.instancePath && error.keyword === 'type')
  const types = here.flatMap((error) => error.params['type'] as string | string[])
  return { ...union, keyword: 'type', params: { type: types } }
}

const ARTICLES: Readonly<Record<string, string>> = { array: 'an', integer: 'an', object: 'an' }

/** Of a literal and other types, such as `false` or an object: one error that names them all. */
function literalOrType(
  union: ErrorObject,
  literal: ErrorObject,
  branches: readonly (readonly ErrorObject[])[]
): ErrorObject {
  const { params } = typeOfAnyBranch(union, branches)
  const types = (params['type'] as readonly string[]).map((type) => `${ARTICLES[type] ?? 'a'} ${type}`)
  const values = (literal.params['allowedValues'] as readonly unknown[]).map(String)
  return { ...union, keyword: 'type', params: { type: [...values, ...types] } }
}

/**
 * The errors of the branch that the caller most likely meant: of the right type, and with the fewest faults in its own
 * fields before faults further down are counted. All other branches only repeat what was not sent.
 */
function meantBranch(union: ErrorObject, branches: readonly (readonly ErrorObject[])[]): readonly ErrorObject[] {
  const ownFaults = (errors: readonly ErrorObject[]) =>
    errors.filter((error) => error.instancePath === union.instancePath).length
  const fitting = branches.filter(
    (errors) => !errors.some((error) => error.instancePath === union.instancePath && error.keyword === 'type')
  )
  if (fitting.length === 0) return [typeOfAnyBranch(union, branches)]
  const meant = [...fitting].sort((a, b) => ownFaults(a) - ownFaults(b) || a.length - b.length)[0]!
  const isLiteral = meant.length === 1 && meant[0]!.keyword === 'enum' && typeof meant[0]!.data === 'boolean'
  return isLiteral && fitting.length < branches.length ? [literalOrType(union, meant[0]!, branches)] : meant
}

/** Replaces every union's errors, innermost first, by those of the meant branch. */
function withoutUnions(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(isUnion).sort((a, b) => b.schemaPath.length - a.schemaPath.length)
  return unions.reduce<readonly ErrorObject[]>((kept, union) => {
    const branches = branchesOf(union, kept)
    const dropped = new Set([union, ...branches.flat()])
    return [...kept.filter((error) => !dropped.has(error)), ...meantBranch(union, branches)]
  }, errors)
}

const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

function pointerOf(error: ErrorObject): string {
  const child: unknown = error.params['additionalProperty'] ?? error.params['missingProperty']
  const pointer = typeof child === 'string' ? `${error.instancePath}/${escape(child)}` : error.instancePath
  return pointer.slice(0, LONGEST_POINTER)
}

function unknownField(error: ErrorObject): string {
  const name = String(error.params['additionalProperty'])
  const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object)
  return `"${name.slice(0, 64)}" is not a field${suggestion(name, known)}`
}

function wordOutOfList(error: ErrorObject): string {
  const allowed = (error.params['allowedValues'] as readonly unknown[]).map(String)
  return `must be one of: ${allowed.join(', ')}${typeof error.data === 'string' ? suggestion(error.data, allowed) : ''}`
}

/** Words for one error. They never quote a value, which may be private; names of fields are. */
function messageOf(error: ErrorObject): string {
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(error)
    case 'required':
      return 'is required'
    case 'type':
      return `must be ${[...new Set([error.params['type']].flat())].join(' or ')}`
    case 'enum':
      return wordOutOfList(error)
    case 'const':
      return `must be ${String(error.params['allowedValue'])}`
    default:
      return error.message ?? 'is not valid'
  }
}

/**
 * What ajv found (with `verbose`), in words for a caller: each with a pointer to the field itself, at most twenty.
 * A misspelt field comes with the nearest valid name.
 */
export function fieldErrors(errors: readonly ErrorObject[]): readonly FieldError[] {
  const found = withoutUnions(errors).slice(0, MOST_ERRORS)
  return found.map((error) => ({ pointer: pointerOf(error), message: messageOf(error) }))
}
