/** Records beside the examples, one JSON line each: a run that breaks off goes on where it stopped. */
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { canonicalJson } from '../canonical-json.js'
import type { EvaluationRecord } from '../evaluations/record.js'
import type { EvaluationExample } from '../schemas/evaluation.js'

/** What scores depend on, apart from the example itself. */
export type Settings = Readonly<Record<string, unknown>>

/** The records in the file were made with other settings. */
export class RecordsError extends Error {
  override readonly name = 'RecordsError'
}

interface Line {
  readonly key: string
  readonly record: EvaluationRecord
}

const keyOf = (example: EvaluationExample): string =>
  createHash('sha256').update(canonicalJson(example)).digest('hex').slice(0, 32)

/** The lines of a file; a last one that was torn when the process was killed is cut off, there too. */
function completeLines(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8')
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  if (complete.length < text.length) truncateSync(file, Buffer.byteLength(complete))
  return complete.split('\n').filter((line) => line !== '')
}

function checkSettings(file: string, line: string, settings: Settings): void {
  const found = (JSON.parse(line) as { readonly settings?: Settings }).settings ?? {}
  const names = new Set([...Object.keys(found), ...Object.keys(settings)])
  const differing = [...names].filter((name) => canonicalJson([found[name]]) !== canonicalJson([settings[name]]))
  if (differing.length === 0) return
  throw new RecordsError(
    `${file} has records of a run with other settings (${differing.join(', ')}). Add --fresh to begin anew, or choose another folder with --out.`
  )
}

/** Records of one run, by example: the same example is never scored twice, wherever it stands in the file. */
export class RecordsFile {
  readonly #file: string
  readonly #known: Map<string, EvaluationRecord>

  private constructor(file: string, known: Map<string, EvaluationRecord>) {
    this.#file = file
    this.#known = known
  }

  /** Opens what a former run has left, or begins. Throws `RecordsError` when it was made with other settings. */
  static open(file: string, settings: Settings, fresh: boolean): RecordsFile {
    const lines = !fresh && existsSync(file) ? completeLines(file) : []
    const [head, ...rest] = lines
    if (head === undefined) writeFileSync(file, `${JSON.stringify({ settings })}\n`)
    else checkSettings(file, head, settings)
    const known = rest.map((line) => JSON.parse(line) as Line)
    return new RecordsFile(file, new Map(known.map(({ key, record }) => [key, record])))
  }

  get size(): number {
    return this.#known.size
  }

  /** The record of an example, under its place in this run; null when it is not scored yet. */
  of(example: EvaluationExample, index: number): EvaluationRecord | null {
    const record = this.#known.get(keyOf(example))
    return record === undefined ? null : { ...record, index }
  }

  /** Keeps a record. */
  add(example: EvaluationExample, record: EvaluationRecord): void {
    const key = keyOf(example)
    this.#known.set(key, record)
    appendFileSync(this.#file, `${JSON.stringify({ key, record } satisfies Line)}\n`)
  }
}
