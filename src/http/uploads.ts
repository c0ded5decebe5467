import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { QualmError } from '../errors.js'
import type { ParseJson } from './json.js'
import { splitLines, type Line } from './lines.js'
import type { Validate } from './validators.js'

/** How lines become one body: the first is the body without `list`, each further one an item of it. */
export interface Upload {
  readonly schema: object
  readonly list: string
  /** Items that the list may hold. */
  readonly most: number
}

/** What one upload may hold in memory. */
const LARGEST_BYTES = 256 * 1024 * 1024

function tooLarge(message: string): QualmError {
  return new QualmError('QUALM_ERR_BODY_TOO_LARGE', message)
}

function valueOf({ number, bytes }: Line, parse: ParseJson): unknown {
  if (bytes === null) throw tooLarge(`Line ${number} is too long: shorten it, or raise QUALM_LINE_LIMIT_BYTES.`)
  try {
    return parse(bytes)
  } catch (error) {
    if (!(error instanceof QualmError)) throw error
    throw new QualmError(error.code, `Line ${number}: ${error.message}`, { cause: error })
  }
}

function headOf(value: unknown, list: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(list in value)) return value
  const message = `the first line is the body without \`${list}\`; each further line is one of them`
  throw new QualmError('QUALM_ERR_VALIDATION', `Line 1: ${message}.`, { errors: [{ pointer: '', message }] })
}

/** Reads an NDJSON body into one valid value. Throws QUALM_ERR_BAD_JSON, _BODY_TOO_LARGE or _VALIDATION. */
export async function readUpload<B>(
  request: FastifyRequest,
  parse: ParseJson,
  lineLimitBytes: number,
  { schema, list, most }: Upload
): Promise<B> {
  const values: unknown[] = []
  let bytes = 0
  for await (const line of splitLines(request.body as Readable, lineLimitBytes)) {
    bytes += line.bytes?.length ?? 0
    if (bytes > LARGEST_BYTES || values.length > most) throw tooLarge(`Send at most ${most} lines of ${list} at once.`)
    values.push(valueOf(line, parse))
  }
  const [head, ...items] = values
  const validate = request.compileValidationSchema(schema as Record<string, unknown>, 'body') as unknown as Validate
  const checked = validate({ ...headOf(head, list), [list]: items })
  if ('error' in checked) throw checked.error
  return checked.value as B
}
