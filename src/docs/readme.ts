/** Writes the generated tables of the README between their markers. Run it after a change of a setting or a scorer. */
import { readFileSync, writeFileSync } from 'node:fs'
import { packageRoot } from '../package-root.js'
import { loadScorers } from '../scorer-registry.js'
import { settingsTable } from '../settings-table.js'
import { describePresets } from '../scoring/preset-costs.js'
import { presetsTable } from './presets-table.js'
import { scorersTable } from './scorers-table.js'

function replaced(text: string, name: string, table: string): string {
  const markers = new RegExp(`(<!-- ${name} -->\\n)[^]*?(\\n?<!-- /${name} -->)`)
  if (!markers.test(text)) throw new Error(`README.md has no <!-- ${name} --> and <!-- /${name} --> lines`)
  return text.replace(markers, (_all, open: string) => `${open}${table}\n<!-- /${name} -->`)
}

const readme = new URL('README.md', packageRoot())
const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))
const tables = {
  settings: settingsTable(),
  scorers: scorersTable(scorers),
  presets: presetsTable(describePresets(scorers))
}
const text = Object.entries(tables).reduce(
  (all, [name, table]) => replaced(all, name, table),
  readFileSync(readme, 'utf8')
)
writeFileSync(readme, text)
