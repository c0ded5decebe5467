import { readFileSync } from 'node:fs'
import t from 'tap'
import { filled, renderPages } from '../../src/docs/pages.js'
import { packageRoot } from '../../src/package-root.js'
import { loadScorers } from '../../src/scorer-registry.js'

const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))

for (const { path, text } of renderPages(scorers)) {
  t.test(`${path} holds its tables as they follow from the code`, async (t) => {
    t.equal(readFileSync(new URL(path, packageRoot()), 'utf8'), text, 'run `npm run docs`')
  })
}

const place = (table: string) => ({ open: '<!-- x -->', close: '<!-- /x -->', table })

t.test('a table replaces what stood between its lines, and nothing else', async (t) => {
  const page = 'above\n<!-- x -->\nold\n\nold\n<!-- /x -->\nbelow\n'
  t.equal(filled(page, place('new $& line')), 'above\n<!-- x -->\nnew $& line\n<!-- /x -->\nbelow\n')
  t.equal(filled(page, place('')), 'above\n<!-- x -->\n<!-- /x -->\nbelow\n')
})

t.test('a page without the lines is refused', async (t) => {
  t.throws(() => filled('<!-- x -->\n', place('table')), /no lines <!-- x --> and <!-- \/x -->/u)
  t.throws(() => filled('<!-- /x -->\n<!-- x -->\n', place('table')), /no lines/u)
})
