import { createHash } from 'node:crypto'
import t from 'tap'
import { digestOf } from '../../src/store/digest.js'

const document = { kind: 'note', name: 'a', version: 1, createdMs: 2, body: { b: [1, { d: 0.5, c: null }], a: 'x' } }

t.test('the digest is SHA-256 of JSON with sorted keys, whatever the order of fields', async (t) => {
  const text = '{"body":{"a":"x","b":[1,{"c":null,"d":0.5}]},"created_ms":2,"kind":"note","name":"a","version":1}'
  t.equal(digestOf(document), createHash('sha256').update(text).digest('hex'))
  t.equal(digestOf({ ...document, body: { a: 'x', b: [1, { c: null, d: 0.5 }] } }), digestOf(document))
})

t.test('every part of a document changes the digest', async (t) => {
  const changes = [{ kind: 'other' }, { name: 'b' }, { version: 2 }, { createdMs: 3 }, { body: { a: 'x' } }]
  const digests = new Set([document, ...changes.map((change) => ({ ...document, ...change }))].map(digestOf))
  t.equal(digests.size, changes.length + 1)
})
