import type { Scorer } from '../scorer.js'
import { membersByFamily, type Family } from './families.js'

function rangeOf([low, high]: Scorer['range']): string {
  return `${low === null ? '(−∞' : `[${String(low)}`}, ${high === null ? '∞)' : `${String(high)}]`}`
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ')

function counted(count: number, noun: string): readonly string[] {
  if (count === 0) return []
  return [`${String(count)} ${noun}${count === 1 ? '' : 's'}`]
}

function costOf({ generations, entailment_pairs: pairs, readings = 0, embeddings = 0 }: Scorer['cost']): string {
  const parts = [
    ...counted(generations, 'text'),
    ...counted(readings, 'reading'),
    ...counted(pairs, 'comparison'),
    ...counted(embeddings, 'embedding')
  ]
  return parts.length === 0 ? 'none' : parts.join(', ')
}

function rowOf(scorer: Scorer): string {
  const cells = [
    code([scorer.name]),
    scorer.summary,
    code(scorer.needs),
    `${scorer.unit}, ${rangeOf(scorer.range)}`,
    scorer.direction === 'higher_is_more_certain' ? 'certain' : 'uncertain',
    costOf(scorer.cost),
    code(Object.keys(scorer.options?.properties ?? {})),
    scorer.reference
  ]
  return `| ${cells.join(' | ')} |`
}

function section({ title, needs, costs, start }: Family, members: readonly Scorer[]): string {
  return [
    `### ${title}`,
    '',
    `Needs ${needs}. Costs ${costs}. Start with \`${start}\`.`,
    '',
    '| Scorer | What it is | Reads | Unit, range | Higher is more | Adds | Options | Source |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...members.map(rowOf)
  ].join('\n')
}

/** All scorers in Markdown, one table a family. */
export function scorersTables(scorers: ReadonlyMap<string, Scorer>): string {
  return [...membersByFamily(scorers)].map(([family, members]) => section(family, members)).join('\n\n')
}

/** A line a family, for the README. */
export function familiesTable(scorers: ReadonlyMap<string, Scorer>): string {
  const rows = [...membersByFamily(scorers)].map(([{ title, needs, costs, start }, members]) => {
    const anchor = title.toLowerCase().replaceAll(' ', '-')
    return `| [${title}](docs/scorers.md#${anchor}) | ${String(members.length)} | ${needs} | ${costs} | \`${start}\` |`
  })
  return [
    '| Family | Scorers | Needs | Costs, at most | Start with |',
    '| --- | --- | --- | --- | --- |',
    ...rows
  ].join('\n')
}
