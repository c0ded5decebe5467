import t from 'tap'
import { parseReference } from '../../src/policies/reference.js'

t.test('a bare name asks for the newest version', async (t) => {
  t.strictSame(parseReference('support-bot_5.pct'), { name: 'support-bot_5.pct', version: null })
})

t.test('a name with a version asks for that one', async (t) => {
  t.strictSame(parseReference('support-bot@12'), { name: 'support-bot', version: 12 })
})

t.test('anything else is no reference', async (t) => {
  const bad = [
    '',
    '@1',
    'a@',
    'a@0',
    'a@01',
    'a@1.5',
    'a@-1',
    'a@1@2',
    'a b',
    'a/b',
    '../a',
    'é',
    'a\n',
    'x'.repeat(65)
  ]
  for (const text of bad) t.equal(parseReference(text), null, JSON.stringify(text))
})
