/** Writes the generated tables of the pages between their markers. Run it after a change of a setting or a scorer. */
import { writeFileSync } from 'node:fs'
import { packageRoot } from '../package-root.js'
import { loadScorers } from '../scorer-registry.js'
import { renderPages } from './pages.js'

const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))
for (const { path, text } of renderPages(scorers)) writeFileSync(new URL(path, packageRoot()), text)
