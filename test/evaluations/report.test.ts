import t from 'tap'
import { evaluationMarkdown } from '../../src/evaluations/report/markdown.js'
import { evaluationPage } from '../../src/evaluations/report/page.js'
import { tabulate } from '../../src/evaluations/tabulate.js'
import { choice, record } from './drafts.js'

const records = Array.from({ length: 30 }, (_, i) => record(i, i % 3 === 0 ? 0 : 1, i === 7 ? null : (i * 7) % 11))
const evaluation = await tabulate(records, choice())

t.test('the Markdown page has one line per scorer', async (t) => {
  const page = evaluationMarkdown('Facts', evaluation)
  t.match(page, /^# Facts\n\n30 examples, 30 judged, 67 % right; model: small\./u)
  t.match(page, /\| `spread` \| 0\.\d{3} \[0\.\d\d, 0\.\d\d\] \|.*\| 29 \| 1 \(needs_samples\) \|/u)
})

t.test('the HTML page holds its charts and asks for nothing', async (t) => {
  const page = evaluationPage('a <b> & "c"', evaluation)
  t.match(page, /<title>a &lt;b&gt; &amp; &quot;c&quot;<\/title>/u)
  t.equal(page.match(/<svg /gu)?.length, 2 + 3 * 2)
  t.notMatch(page, /<script|<link|<img|@import|url\(|\son[a-z]+=/iu)
  t.same(
    [...page.matchAll(/https?:[^"'\s<]+/gu)].map(([url]) => url).filter((url) => !url.includes('w3.org')),
    []
  )
  for (const path of page.matchAll(/ d="([^"]*)"/gu)) t.notMatch(path[1], /NaN|Infinity|undefined/u)
  t.match(page, /aria-label="Reliability of spread"/u)
})

t.test('a scorer without a single value has a row and no charts', async (t) => {
  const none = await tabulate([record(0, 1, null), record(1, 0, null)], choice())
  const page = evaluationPage('Nothing', none)
  t.equal(page.match(/<svg /gu)?.length, 2)
  t.match(evaluationMarkdown('Nothing', none), /\| `spread` \| – \| – \| – \| – \| – \| 0 \| 2 \(needs_samples\)/u)
})

t.test('equal scores and one answer can be drawn', async (t) => {
  for (const few of [[record(0, 1, 2)], [record(0, 1, 2), record(1, 0, 2)]]) {
    t.notMatch(evaluationPage('Few', await tabulate(few, choice())), /NaN|Infinity|undefined/u)
  }
})
