import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import semanticEntropy from '../scorers/semantic_entropy.js'
import conformalAbstention from '../scorers/conformal_abstention.js'
import { loadScorers, resolveOptions } from '../src/scorer-registry.js'

const SOUND = {
  name: 'sound',
  summary: 'A sound one.',
  reference: 'None.',
  needs: ['answer'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 0, entailment_pairs: 0 }
}

/** A folder with one scorer file per entry; the value is the exported object, without its score(). */
async function folder(files: Readonly<Record<string, unknown>>): Promise<URL> {
  const path = await mkdtemp(join(tmpdir(), 'scorers-'))
  for (const [name, scorer] of Object.entries(files)) {
    const text = `export default { ...${JSON.stringify(scorer)}, score: () => ({ value: 0 }) }`
    await writeFile(join(path, name), name.endsWith('.js') ? text : 'not code')
  }
  await writeFile(join(path, 'package.json'), '{"type":"module"}')
  return pathToFileURL(`${path}/`)
}

t.test('scorers are found and sorted by name; maps, declarations and notes are passed over', async (t) => {
  const scorers = await loadScorers(
    await folder({
      'sound.js': SOUND,
      'alike.js': { ...SOUND, name: 'alike' },
      'sound.js.map': 0,
      'sound.d.ts': 0,
      'README.md': 0
    })
  )
  t.same([...scorers.keys()], ['alike', 'sound'])
})

const WRONG: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
  ['another name', { name: 'other' }, /sound\.js.*calls itself "other"/u],
  ['no summary', { summary: ' ' }, /sound\.js.*summary/u],
  ['no need', { needs: [] }, /sound\.js.*needs no evidence/u],
  ['an unknown need', { needs: ['toString'] }, /sound\.js.*"toString"/u],
  ['a range upside down', { range: [1, 0] }, /sound\.js.*range/u],
  ['an unknown unit', { unit: 'bits' }, /sound\.js.*"bits"/u],
  ['no direction', { direction: undefined }, /sound\.js.*direction/u],
  ['a cost in fractions', { cost: { generations: 0.5, entailment_pairs: 0 } }, /sound\.js.*cost/u],
  ['options that let anything in', { options: { type: 'object', properties: {} } }, /sound\.js.*additionalProperties/u],
  [
    'an option without a default',
    { options: { type: 'object', additionalProperties: false, properties: { n: { type: 'integer' } } } },
    /sound\.js.*option n has no default/u
  ],
  [
    'a default that does not fit',
    { options: { type: 'object', additionalProperties: false, properties: { n: { type: 'integer', default: 'x' } } } },
    /sound\.js.*default/u
  ],
  [
    'a schema that is none',
    { options: { type: 'object', additionalProperties: false, properties: { n: { type: 'intger', default: 1 } } } },
    /sound\.js.*schema is invalid/u
  ]
]
for (const [what, change, message] of WRONG) {
  t.test(`a scorer with ${what} stops the start and is named`, async (t) => {
    await t.rejects(loadScorers(await folder({ 'sound.js': { ...SOUND, ...change } })), { message })
  })
}

t.test('a file that exports no scorer stops the start and is named', async (t) => {
  const url = await folder({})
  await writeFile(new URL('empty.js', url), 'export const nothing = 0')
  await t.rejects(loadScorers(url), { message: /empty\.js: has no default export/u })
})

t.test('options are filled in with defaults and what was given stays as it was', async (t) => {
  const given = Object.freeze({ variant: 'discrete' })
  t.same(resolveOptions(semanticEntropy, given), {
    options: {
      variant: 'discrete',
      likelihood: 'mean',
      rule: 'loose',
      include_answer: false,
      dedupe: false,
      scaled: false
    },
    errors: null
  })
  t.same(given, { variant: 'discrete' })
})

t.test('an unknown option is pointed at, with the nearest name', async (t) => {
  t.same(resolveOptions(semanticEntropy, { varient: 'rao' }).errors, [
    {
      pointer: '/varient',
      message: 'semantic_entropy has no option "varient"; did you mean "variant"?',
      unknown: true
    }
  ])
})

t.test('a value that does not fit is pointed at, with what would', async (t) => {
  const { errors } = resolveOptions(semanticEntropy, { likelihood: 'median' })
  t.match(errors, [{ pointer: '/likelihood', message: /mean, sum/u, unknown: false }])
})

t.test('nothing is coerced, and all faults are told', async (t) => {
  const { errors } = resolveOptions(semanticEntropy, { dedupe: 'true', 'a/b': 1 })
  t.same(errors?.map(({ pointer }) => pointer).sort(), ['/a~1b', '/dedupe'])
})

t.test('a scorer without options takes an empty object only', async (t) => {
  t.same(resolveOptions(conformalAbstention), { options: {}, errors: null })
  t.equal(resolveOptions(conformalAbstention, { style: 'cot' }).errors?.length, 1)
  t.equal(resolveOptions(conformalAbstention, null).options, null)
})
