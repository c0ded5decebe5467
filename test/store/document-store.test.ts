import t, { type Test } from 'tap'
import { digestOf } from '../../src/store/digest.js'
import type { Exported } from '../../src/store/document.js'
import { NOTE, note, NOW } from '../fixtures/notes.js'
import { onBothSides, opened, type Side } from '../fixtures/sides.js'

const ALL = { kinds: [NOTE], name: null, version: null }
const CONFLICT = { code: 'QUALM_ERR_IMPORT_CONFLICT', status: 409 }

async function notes(t: Test, side: Side) {
  const store = await opened(t, await side.place(t))
  return { store, notes: store.collection(NOTE) }
}

/** A whole document that no store has made. */
function document(changes: Partial<Omit<Exported, 'digest'>> = {}): Exported {
  const draft = { kind: 'note', name: 'a', version: 1, createdMs: NOW, body: { ...note() }, ...changes }
  return { ...draft, digest: digestOf(draft) }
}

async function versions(t: Test, side: Side): Promise<void> {
  t.test('a document comes back as it was put, to the last digit', async (t) => {
    const { store, notes: collection } = await notes(t, side)
    t.equal(store.problem(), null)
    const made = await collection.create('a', note(), NOW)
    t.match(made, { name: 'a', version: 1, createdMs: NOW, digest: /^[0-9a-f]{64}$/ })
    t.strictSame(await collection.get('a', null), made)
    t.strictSame(await collection.get('a', 1), { ...made, body: note() })
  })

  t.test('the same name again is a new version, and the old one stays', async (t) => {
    const { notes: collection } = await notes(t, side)
    await collection.create('a', note({ text: 'one' }), NOW)
    t.equal((await collection.create('a', note({ text: 'two' }), NOW)).version, 2)
    t.equal((await collection.get('a', 1))!.body.text, 'one')
    t.equal((await collection.get('a', null))!.body.text, 'two')
  })

  t.test('a name or version that was never put is null', async (t) => {
    const { notes: collection } = await notes(t, side)
    await collection.create('a', note(), NOW)
    t.equal(await collection.get('a', 2), null)
    t.equal(await collection.get('other', null), null)
  })

  t.test('kinds do not share names', async (t) => {
    const { store, notes: collection } = await notes(t, side)
    const others = store.collection({ ...NOTE, name: 'other' })
    await collection.create('a', note(), NOW)
    t.equal(await others.get('a', null), null)
    t.equal((await others.create('a', note(), NOW)).version, 1)
    t.equal(await others.remove('a', null), 1)
    t.equal((await collection.list()).length, 1)
  })

  t.test('the list has the newest version of every name by code point, without heavy fields', async (t) => {
    const { notes: collection } = await notes(t, side)
    for (const name of ['b', 'a', 'B', 'b']) await collection.create(name, note(), NOW)
    const list = await collection.list()
    const told = list.map(({ name, version }) => `${name}@${version}`)
    t.same(told, ['B@1', 'a@1', 'b@2'])
    t.strictSame(Object.keys(list[0]!.body), ['text', 'weight'])
  })

  t.test('a removed version number is not given again', async (t) => {
    const { notes: collection } = await notes(t, side)
    await collection.create('a', note(), NOW)
    await collection.create('a', note(), NOW)
    t.equal(await collection.remove('a', 2), 1)
    t.equal((await collection.get('a', null))!.version, 1)
    t.equal(await collection.remove('a', 2), 0)
    t.equal(await collection.remove('a', null), 1)
    t.equal(await collection.get('a', 1), null)
    t.same(await collection.list(), [])
    t.equal(await collection.remove('a', null), 0)
    t.equal((await collection.create('a', note(), NOW)).version, 3)
  })

  t.test('reopening keeps every row', async (t) => {
    const place = await side.place(t)
    const first = await opened(t, place)
    const made = await first.collection(NOTE).create('a', note(), NOW)
    await first.close()
    t.strictSame(await (await opened(t, place)).collection(NOTE).get('a', 1), made)
  })

  t.test('two stores at one place share rows and never give one version twice', async (t) => {
    const place = await side.place(t)
    const stores = await Promise.all([opened(t, place), opened(t, place)])
    const [one, two] = [stores[0].collection(NOTE), stores[1].collection(NOTE)]
    const puts = Array.from({ length: 20 }, (_, i) =>
      (i % 2 === 0 ? one : two).create('a', note({ text: `${i}` }), NOW)
    )
    const made = await Promise.all(puts)
    t.same(
      made.map(({ version }) => version).sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => i + 1)
    )
    for (const { version, body } of made) t.equal((await two.get('a', version))!.body.text, body.text)
    await one.remove('a', 20)
    t.equal(await two.get('a', 20), null, 'a document that was read before and another store removed is gone')
  })

  t.test('a closed store refuses calls', async (t) => {
    const { store, notes: collection } = await notes(t, side)
    await store.close()
    await t.rejects(collection.list(), { code: 'QUALM_ERR_STORE', message: /closed/ })
    await store.close()
  })
}

async function transfer(t: Test, side: Side): Promise<void> {
  t.test('what is dumped is restored elsewhere under the same versions, once', async (t) => {
    const [from, to] = [await notes(t, side), await notes(t, side)]
    for (const name of ['b', 'a', 'b']) await from.notes.create(name, note({ text: name }), NOW)
    await from.notes.remove('b', 1)
    const documents = await from.store.dump(ALL)
    t.same(
      documents.map(({ name, version }) => `${name}@${version}`),
      ['a@1', 'b@2']
    )
    for (const each of documents) t.equal(digestOf(each), each.digest)
    t.same(await to.store.restore(documents, [NOTE]), ['created', 'created'])
    t.same(await to.store.restore(documents, [NOTE]), ['unchanged', 'unchanged'])
    t.strictSame(await to.store.dump(ALL), documents)
    t.strictSame(await to.notes.get('b', 2), await from.notes.get('b', 2))
    t.equal((await to.notes.create('b', note(), NOW)).version, 3)
  })

  t.test('a dump can be of one name or one version', async (t) => {
    const { store, notes: collection } = await notes(t, side)
    for (const name of ['a', 'b', 'b']) await collection.create(name, note(), NOW)
    t.equal((await store.dump({ ...ALL, name: 'b' })).length, 2)
    t.equal((await store.dump({ ...ALL, name: 'b', version: 2 })).length, 1)
    t.equal((await store.dump({ ...ALL, kinds: [] })).length, 0)
  })

  t.test('a version that stands for something else is refused, and nothing of the import stays', async (t) => {
    const { store, notes: collection } = await notes(t, side)
    await collection.create('b', note({ text: 'here' }), NOW)
    const documents = [document({ name: 'a' }), document({ name: 'b' })]
    await t.rejects(store.restore(documents, [NOTE]), { ...CONFLICT, errors: [{ pointer: '/documents/1' }] })
    t.equal(await collection.get('a', null), null)
    t.equal((await collection.create('a', note(), NOW)).version, 1)
    t.equal(store.problem(), null, 'the store is well')
  })

  t.test('what was removed comes back as it was, and its version never stands for something else', async (t) => {
    const { store, notes: collection } = await notes(t, side)
    const made = await collection.create('a', note(), NOW)
    const documents = await store.dump(ALL)
    await collection.remove('a', null)
    await t.rejects(store.restore([document({ body: { ...note({ text: 'x' }) } })], [NOTE]), CONFLICT)
    t.same(await store.restore(documents, [NOTE]), ['created'])
    t.strictSame(await collection.get('a', 1), made)
  })

  t.test('versions between those that were imported can follow later', async (t) => {
    const { store, notes: collection } = await notes(t, side)
    await store.restore([document({ version: 3 })], [NOTE])
    t.same(await store.restore([document({ version: 1 })], [NOTE]), ['created'])
    t.equal((await collection.create('a', note(), NOW)).version, 4)
  })

  t.test('two stores that import the same at once both succeed', async (t) => {
    const place = await side.place(t)
    const stores = await Promise.all([opened(t, place), opened(t, place)])
    const documents = ['a', 'b', 'c'].map((name) => document({ name }))
    const outcomes = await Promise.all([
      stores[0].restore(documents, [NOTE]),
      stores[1].restore([...documents].reverse(), [NOTE])
    ])
    t.same(outcomes.flat().sort(), [...Array(3).fill('created'), ...Array(3).fill('unchanged')])
  })
}

onBothSides(t, async (t, side) => {
  await versions(t, side)
  await transfer(t, side)
})
