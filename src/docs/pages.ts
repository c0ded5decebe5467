/** The pages that hold generated tables between markers. */
import { existsSync, readFileSync } from 'node:fs'
import { packageRoot } from '../package-root.js'
import type { Scorer } from '../scorer.js'
import { describePresets } from '../scoring/preset-costs.js'
import { settingsTable } from '../settings-table.js'
import { presetsTable } from './presets-table.js'
import { qualityTop, type QualitySection } from './quality-top.js'
import { familiesTable, scorersTables } from './scorers-table.js'

/** A page as it should be. */
export interface Page {
  /** Path below the package. */
  readonly path: string
  readonly text: string
}

/** A table and the lines that it stands between. */
interface Place {
  readonly open: string
  readonly close: string
  readonly table: string
}

const place = (name: string, table: string): Place => ({ open: `<!-- ${name} -->`, close: `<!-- /${name} -->`, table })

/** Puts the table between its lines. Throws when the page lacks them. */
export function filled(page: string, { open, close, table }: Place): string {
  const start = page.indexOf(`${open}\n`)
  const end = page.indexOf(close, start)
  if (start === -1 || end === -1) throw new Error(`the page has no lines ${open} and ${close}`)
  return `${page.slice(0, start)}${open}\n${table === '' ? '' : `${table}\n`}${page.slice(end)}`
}

function read(path: string): string {
  return readFileSync(new URL(path, packageRoot()), 'utf8')
}

/** Empty until `npm run quality` has been run. */
function qualitySections(): readonly QualitySection[] {
  const path = 'docs/quality.json'
  return existsSync(new URL(path, packageRoot())) ? (JSON.parse(read(path)) as QualitySection[]) : []
}

/** Every page with its tables as they follow from the code. */
export function renderPages(scorers: ReadonlyMap<string, Scorer>): readonly Page[] {
  const pages: Readonly<Record<string, readonly Place[]>> = {
    'README.md': [
      place('presets', presetsTable(describePresets(scorers))),
      place('families', familiesTable(scorers)),
      place('settings', settingsTable()),
      { open: '<!-- quality:start -->', close: '<!-- quality:end -->', table: qualityTop(qualitySections()) }
    ],
    'docs/scorers.md': [place('scorers', scorersTables(scorers))]
  }
  return Object.entries(pages).map(([path, places]) => ({ path, text: places.reduce(filled, read(path)) }))
}
