import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ConfigError, defaults, loadConfig, loadedModels } from '../src/config.js'
import { packageRoot } from '../src/package-root.js'
import { Settings, variableOf, type SettingName } from '../src/settings.js'
import { helpText, settingsTable } from '../src/settings-table.js'

const load = (env: Record<string, string>) => loadConfig({ env, cwd: '/srv', root: '/opt/qualm' })

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    load(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

function fileWith(t: Test, content: string): string {
  const file = join(t.testdir(), 'qualm.json')
  writeFileSync(file, content)
  return file
}

t.test('without any variable every setting has its default and default folders belong to Qualm', async (t) => {
  const config = load({})
  t.equal(config.host, '127.0.0.1')
  t.equal(config.port, 8080)
  t.equal(config.modelsDir, '/opt/qualm/models')
  t.ok(Object.isFrozen(config))
})

t.test('a folder that is set is relative to the working directory', async (t) => {
  t.equal(load({ QUALM_MODELS_DIR: 'weights' }).modelsDir, '/srv/weights')
})

t.test('numbers and switches are read from text, and an empty variable counts as absent', async (t) => {
  const config = load({ QUALM_PORT: '9000', QUALM_LOG_CONTENT: '1', QUALM_ALLOW_DOWNLOADS: 'false', QUALM_HOST: '' })
  t.match(config, { port: 9000, logContent: true, allowDownloads: false, host: '127.0.0.1' })
})

t.test('all faults are told at once, each with the name of its variable', async (t) => {
  const wrong = { QUALM_PORT: '70000', QUALM_QUEUE_LIMIT: 'many', QUALM_LOG_LEVEL: 'loud', QUALM_LOG_CONTENT: 'yes' }
  const faults = faultsOf(wrong)
  t.equal(faults.length, 4)
  for (const name of Object.keys(wrong)) {
    t.ok(
      faults.some((fault) => fault.startsWith(name)),
      name
    )
  }
})

t.test('an unknown variable is a fault that suggests the nearest one', async (t) => {
  const told = 'QUALM_QUEUE_LIMITS is not a setting; did you mean "QUALM_QUEUE_LIMIT"?'
  t.same(faultsOf({ QUALM_QUEUE_LIMITS: '3' }), [told])
})

t.test('variables of other programs are none of our business', async (t) => {
  t.same(faultsOf({ HOME: '/root', PORT: 'x' }), [])
})

t.test('the file gives settings and the environment wins over it', async (t) => {
  const file = fileWith(t, '{"queue_limit": 5, "max_active": 2}')
  const config = load({ QUALM_CONFIG: file, QUALM_MAX_ACTIVE: '3' })
  t.match(config, { queueLimit: 5, maxActive: 3 })
})

t.test('the file is read strictly: text is no number, and a misspelt key is named', async (t) => {
  const faults = faultsOf({ QUALM_CONFIG: fileWith(t, '{"port": "80", "queue_limt": 1}') })
  t.same(faults, [
    'QUALM_CONFIG: queue_limt is not a setting; did you mean "queue_limit"?',
    'QUALM_PORT must be integer'
  ])
})

t.test('a file that is absent or no JSON is a fault without its content', async (t) => {
  t.same(faultsOf({ QUALM_CONFIG: join(mkdtempSync(join(tmpdir(), 'qualm-')), 'none.json') }), [
    'QUALM_CONFIG: it cannot be read (ENOENT)'
  ])
  t.same(faultsOf({ QUALM_CONFIG: fileWith(t, 'secret') }), ['QUALM_CONFIG: it is not valid JSON'])
})

t.test('help and table name every setting with its default', async (t) => {
  const given = defaults()
  for (const name of Object.keys(Settings.properties) as SettingName[]) {
    t.ok(helpText().includes(`${variableOf(name)}=${given[name]}`), name)
    t.ok(settingsTable().includes(`\`${variableOf(name)}\``), name)
  }
})

t.test('the README holds the table of settings as the schema gives it', async (t) => {
  const readme = readFileSync(new URL('README.md', packageRoot()), 'utf8')
  const table = /<!-- settings -->\n([^]*?)\n<!-- \/settings -->/.exec(readme)?.[1]
  t.equal(table, settingsTable(), 'run `npm run docs`')
})

t.test('a store URL is PostgreSQL or nothing, and a wrong one is told without its text', async (t) => {
  t.equal(load({}).storeUrl, '')
  t.equal(load({ QUALM_STORE_URL: 'postgres://u:p@host/db' }).storeUrl, 'postgres://u:p@host/db')
  const [fault, ...others] = faultsOf({ QUALM_STORE_URL: 'mysql://u:open-sesame@host/db' })
  t.match(fault, /^QUALM_STORE_URL .*postgres/)
  t.notMatch(fault, /sesame/)
  t.same(others, [])
})

t.test('`none` in place of a model loads none', async (t) => {
  const { languageModel, entailmentModel, embeddingModel } = loadedModels(
    load({ QUALM_LANGUAGE_MODEL: 'none', QUALM_EMBEDDING_MODEL: 'none' })
  )
  t.same([languageModel, entailmentModel, embeddingModel], [null, 'MiniLM-L6-entailment', null])
})

t.test('a default model that nothing serves is a fault that names what is there', async (t) => {
  const QUALM_CONFIG = fileWith(t, JSON.stringify({ upstreams: { big: { url: 'http://vllm:8000/v1' } } }))
  const told = (env: Record<string, string>) => faultsOf({ QUALM_CONFIG, ...env })
  t.same(told({ QUALM_DEFAULT_MODEL: 'big' }), [])
  t.same(told({ QUALM_DEFAULT_MODEL: 'smollm2-135m-instruct' }), [])
  t.same(told({ QUALM_DEFAULT_MODEL: 'bog' }), [
    'QUALM_DEFAULT_MODEL names no language model; there are: smollm2-135m-instruct, big'
  ])
  t.same(told({ QUALM_DEFAULT_MODEL: 'smollm2-135m-instruct', QUALM_LANGUAGE_MODEL: 'none' }), [
    'QUALM_DEFAULT_MODEL names no language model; there are: big'
  ])
  t.same(faultsOf({ QUALM_DEFAULT_MODEL: 'big', QUALM_LANGUAGE_MODEL: 'none' }), [
    'QUALM_DEFAULT_MODEL names no language model; there is none'
  ])
})

t.test('the file gives chats a default for `uncertainty`, checked as the field of a request is', async (t) => {
  const uncertainty = { preset: 'balanced', policy: 'bot@1', on_abstain: { do: 'replace' } }
  t.strictSame(load({ QUALM_CONFIG: fileWith(t, JSON.stringify({ chat: { uncertainty } })) }).chat, { uncertainty })
  t.strictSame(load({ QUALM_CONFIG: fileWith(t, '{"chat": {"uncertainty": false}}') }).chat, { uncertainty: false })
  t.equal(load({}).chat, undefined)
  const faults = (chat: unknown) => faultsOf({ QUALM_CONFIG: fileWith(t, JSON.stringify({ chat })) })
  t.same(faults({ uncertainty: { presett: 'fast' } }), [
    'QUALM_CONFIG: /chat/uncertainty must NOT have additional properties (presett)'
  ])
  t.same(faults({ uncertainty: { preset: 'best' } }), [
    'QUALM_CONFIG: /chat/uncertainty/preset must be equal to one of the allowed values: instant, fast, balanced, thorough'
  ])
  t.equal(faults({ uncertainty: true }).length, 1)
  t.same(faults({ policy: 'bot' }), ['QUALM_CONFIG: /chat must NOT have additional properties (policy)'])
})
