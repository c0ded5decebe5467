/** Writes the table of settings between its markers in the README. Run it after a change of `src/config.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { packageRoot } from '../package-root.js'
import { settingsTable } from '../settings-table.js'

const readme = new URL('README.md', packageRoot())
const markers = /(<!-- settings -->\n)[^]*?(\n?<!-- \/settings -->)/
const text = readFileSync(readme, 'utf8')
if (!markers.test(text)) throw new Error('README.md has no <!-- settings --> and <!-- /settings --> lines')
writeFileSync(readme, text.replace(markers, (_all, open: string) => `${open}${settingsTable()}\n<!-- /settings -->`))
