import { readFileSync } from 'node:fs'
import t from 'tap'
import { presetsTable } from '../../src/docs/presets-table.js'
import { packageRoot } from '../../src/package-root.js'
import { loadScorers } from '../../src/scorer-registry.js'
import { describePresets } from '../../src/scoring/preset-costs.js'

t.test('the README holds the table of presets as they are', async (t) => {
  const readme = readFileSync(new URL('README.md', packageRoot()), 'utf8')
  const table = /<!-- presets -->\n([^]*?)\n<!-- \/presets -->/.exec(readme)?.[1]
  const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))
  t.equal(table, presetsTable(describePresets(scorers)), 'run `npm run docs`')
})
