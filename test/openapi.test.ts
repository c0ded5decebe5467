import { readFile } from 'node:fs/promises'
import t from 'tap'
import { parse } from 'yaml'
import { renderOpenapi } from '../src/docs/render-openapi.js'
import { SCORE_REQUEST_EXAMPLE, SCORE_RESULT_EXAMPLE } from '../src/schemas/examples.js'
import { build, packageFile } from './helper.js'

interface Operation {
  readonly operationId?: string
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

const rendered = await renderOpenapi()
const document = parse(rendered) as { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }
const operations = Object.values(document.paths).flatMap((path) => Object.values(path))

t.test('openapi.yaml is what the routes say', async (t) => {
  const committed = await readFile(packageFile('openapi.yaml'), 'utf8')
  t.equal(committed, rendered, 'run `npm run openapi`')
})

t.test('every operation has its own id', async (t) => {
  const ids = operations.map(({ operationId }) => operationId)
  t.notOk(ids.includes(undefined))
  t.equal(new Set(ids).size, ids.length)
})

t.test('every answer that is no success is declared as a problem document', async (t) => {
  for (const { operationId, responses } of operations) {
    for (const [status, { content }] of Object.entries(responses)) {
      if (!(Number(status) >= 400 || status === 'default')) continue
      t.same(Object.keys(content ?? {}), ['application/problem+json'], `${operationId} ${status}`)
    }
  }
})

t.test('the paths of the contract are there', async (t) => {
  const scores = ['/v1/score', '/v1/policies', '/v1/policies/{reference}']
  const evaluations = ['/v1/evaluations', '/v1/evaluations/{reference}', '/v1/judges', '/v1/judges/audit']
  const catalogue = ['/v1/scorers', '/v1/scorers/{name}', '/v1/models']
  const probes = ['/livez', '/readyz', '/version', '/metrics', '/openapi.json']
  for (const path of [...scores, ...evaluations, ...catalogue, ...probes]) t.ok(path in document.paths, path)
})

t.test('the examples of the contract are valid and true', async (t) => {
  const app = await build(t)
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload: SCORE_REQUEST_EXAMPLE })
  t.equal(response.statusCode, 200)
  const { scores, evidence } = response.json()
  t.same(scores, SCORE_RESULT_EXAMPLE.scores)
  t.same(evidence, SCORE_RESULT_EXAMPLE.evidence)
})
