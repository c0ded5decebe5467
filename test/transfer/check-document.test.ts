import t from 'tap'
import { digestOf } from '../../src/store/digest.js'
import type { Exported } from '../../src/store/document.js'
import { createChecker } from '../../src/transfer/check-document.js'
import { NOTE, note, NOW } from '../fixtures/notes.js'

const check = createChecker([NOTE])

function document(changes: Partial<Exported> = {}): Exported {
  const draft = { kind: 'note', name: 'a', version: 1, createdMs: NOW, body: { ...note() }, ...changes }
  return { ...draft, digest: changes.digest ?? digestOf(draft) }
}

const refused = (code: string, pointer: string, message: RegExp) => ({ code, message, errors: [{ pointer }] })

t.test('a whole document of a known kind passes', async (t) => {
  t.doesNotThrow(() => check(document(), 0))
})

t.test('a kind that does not travel is refused and the nearest one is named', async (t) => {
  t.throws(() => check(document({ kind: 'notes' }), 2), refused('QUALM_ERR_VALIDATION', '/documents/2/kind', /"note"/))
})

t.test('a document that was changed does not have its digest', async (t) => {
  const { digest } = document()
  for (const change of [{ name: 'b' }, { version: 2 }, { createdMs: 1 }, { body: { ...note({ weight: 0.3 }) } }]) {
    const changed = document({ ...change, digest })
    t.throws(() => check(changed, 0), refused('QUALM_ERR_DIGEST', '/documents/0/digest', /make a new version/))
  }
})

t.test('a body that is not one of its kind is refused, with the place of the fault in the file', async (t) => {
  const wrong = [
    { ...note(), text: 5 },
    { ...note(), pages: [null] }
  ]
  const places = ['/documents/1/body/text', '/documents/1/body/pages/0']
  wrong.forEach((body, i) => {
    t.throws(() => check(document({ body }), 1), refused('QUALM_ERR_VALIDATION', places[i]!, /documents\/1\/body/))
  })
})

t.test('what the schema cannot say is asked of the kind', async (t) => {
  const flawed = document({ body: { ...note({ text: 'flawed' }) } })
  t.throws(() => check(flawed, 0), refused('QUALM_ERR_VALIDATION', '/documents/0/body', /the text is flawed/))
})
