/** Scored questions on disk, one JSON line each: a run that breaks off goes on where it stopped. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Scored } from './gather.js'

/** One answered and judged question. */
export interface QualityRecord extends Scored {
  readonly id: string
  /** Answers of one group are drawn together in the bootstrap. */
  readonly group: string
  readonly right: boolean
}

/** Records that a former run of the same settings has left. */
export function readRecords(file: string): readonly QualityRecord[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as QualityRecord)
}

/** Items that are worked on at once: enough to fill the models' batches. */
const AT_ONCE = 8

/** Works off the items without a record, several at once, keeps each as it is done, and returns all in input order. */
export async function collect<T extends { readonly id: string }>(
  file: string,
  items: readonly T[],
  work: (item: T) => Promise<QualityRecord>
): Promise<readonly QualityRecord[]> {
  mkdirSync(dirname(file), { recursive: true })
  const known = new Map(readRecords(file).map((record) => [record.id, record]))
  const open = items.filter(({ id }) => !known.has(id))
  let next = 0
  const turn = async (): Promise<void> => {
    for (let at = next++; at < open.length; at = next++) {
      const record = await work(open[at]!)
      appendFileSync(file, `${JSON.stringify(record)}\n`)
      known.set(record.id, record)
      if (known.size % 10 === 0) console.error(`${file}: ${String(known.size)} of ${String(items.length)}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, turn))
  return items.map(({ id }) => known.get(id)!)
}
