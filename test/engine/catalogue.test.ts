import { join } from 'node:path'
import t from 'tap'
import { createCatalogue } from '../../src/engine/catalogue.js'
import { aliasOf } from '../../src/engine/model-alias.js'
import type { CatalogueSettings } from '../../src/engine/catalogue.js'
import { packageRoot } from '../fixtures/package-root.js'

const settings: CatalogueSettings = {
  modelsDir: join(packageRoot, 'models'),
  cacheDir: join(packageRoot, 'no-cache'),
  allowDownloads: false,
  languageModel: 'SmolLM2-135M-Instruct',
  entailmentModel: 'MiniLM-L6-entailment',
  embeddingModel: 'all-MiniLM-L6-v2'
}

t.test('embedded models are called by their folder names in lower case', async (t) => {
  const aliases = createCatalogue(settings).map(({ role, alias }) => [role, alias])
  t.strictSame(aliases, [
    ['language', 'smollm2-135m-instruct'],
    ['entailment', 'minilm-l6-entailment'],
    ['embedding', 'all-minilm-l6-v2']
  ])
})

t.test('a folder gets its base name and a hub id its own', async (t) => {
  const ids = ['/srv/models/My-Model/', './other', 'org/Name', 'C:\\models\\Mine', '../..']
  t.strictSame(ids.map(aliasOf), ['my-model', 'other', 'name', 'mine', 'model'])
})

t.test('a role without a model is left out', async (t) => {
  const roles = createCatalogue({ ...settings, embeddingModel: null }).map(({ role }) => role)
  t.strictSame(roles, ['language', 'entailment'])
})

t.test('a missing model is listed with its error and leaves the others alone', async (t) => {
  const [language, entailment] = createCatalogue({ ...settings, languageModel: '/no/such/folder' })
  t.match(language, { alias: 'folder', found: { code: 'QUALM_ERR_MODEL_UNAVAILABLE', message: /folder/ } })
  t.match(entailment, { found: { source: 'embedded' } })
})
