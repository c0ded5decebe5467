import { QualmError, type ErrorCode } from '../errors.js'
import { buildValidator, type Validate } from '../http/validators.js'
import { suggestion } from '../nearest.js'
import { digestOf } from '../store/digest.js'
import type { AnyKind, Exported } from '../store/document.js'

/** Throws when a document of an import, by its place there, cannot be kept. */
export type CheckDocument = (document: Exported, index: number) => void

function refusal(code: ErrorCode, pointer: string, message: string): QualmError {
  return new QualmError(code, `${pointer}: ${message}`, { errors: [{ pointer, message }] })
}

const CHANGED =
  'the document was changed since its export. Import the file as it was exported; to change what it says, make a new version'

/** The error of a body as one of the file. */
function within(pointer: string, error: QualmError): QualmError {
  const errors = error.errors.map((field) => ({ pointer: `${pointer}${field.pointer}`, message: field.message }))
  const [first] = errors
  return new QualmError(error.code, first === undefined ? error.message : `${first.pointer}: ${first.message}`, {
    errors
  })
}

/** A check of whole documents: known kind, own digest, and a body that is one of its kind. */
export function createChecker(kinds: readonly AnyKind[]): CheckDocument {
  const compile = buildValidator({})
  const known = new Map<string, AnyKind & { readonly validate: Validate }>(
    kinds.map((kind) => [kind.name, { ...kind, validate: compile({ schema: kind.schema }) }])
  )
  return (document, index) => {
    const place = `/documents/${index}`
    const kind = known.get(document.kind)
    if (kind === undefined) {
      const message = `there is no kind ${JSON.stringify(document.kind)}${suggestion(document.kind, known.keys())}`
      throw refusal('QUALM_ERR_VALIDATION', `${place}/kind`, message)
    }
    if (digestOf(document) !== document.digest) throw refusal('QUALM_ERR_DIGEST', `${place}/digest`, CHANGED)
    const checked = kind.validate(document.body)
    if ('error' in checked) throw within(`${place}/body`, checked.error)
    const flaw = kind.flaw?.(document.body) ?? null
    if (flaw !== null) throw refusal('QUALM_ERR_VALIDATION', `${place}/body`, flaw)
  }
}
