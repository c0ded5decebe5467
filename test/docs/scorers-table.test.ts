import { readFileSync } from 'node:fs'
import t from 'tap'
import { scorersTable } from '../../src/docs/scorers-table.js'
import { packageRoot } from '../../src/package-root.js'
import { loadScorers } from '../../src/scorer-registry.js'

t.test('the README holds the table of scorers as the registry gives it', async (t) => {
  const readme = readFileSync(new URL('README.md', packageRoot()), 'utf8')
  const table = /<!-- scorers -->\n([^]*?)\n<!-- \/scorers -->/.exec(readme)?.[1]
  t.equal(table, scorersTable(await loadScorers(new URL('../../scorers/', import.meta.url))), 'run `npm run docs`')
})
