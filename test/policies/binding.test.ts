import t from 'tap'
import { bind, bindingProblem } from '../../src/policies/binding.js'
import type { Scorer } from '../../src/scorer.js'
import { draft } from './drafts.js'
import { scorer } from './scorers.js'

const MODELS = [
  { role: 'embedding', id: 'embedder', digest: 'e1' },
  { role: 'language', id: 'small', digest: 's1' },
  { role: 'language', id: 'large', digest: 'l1' },
  { role: 'entailment', id: 'judge', digest: 'j1' }
]
const small = { role: 'language', id: 'small', digest: 's1' }
const spread = { name: 'spread', digest: /^[0-9a-f]{64}$/ }
const judge = { role: 'entailment', id: 'judge', digest: 'j1' }

t.test('a scorer of tokens is bound to the language model only', async (t) => {
  t.match(
    bind(scorer({ needs: ['answer.logprobs'] }), null, () => MODELS),
    { scorer: 'spread', models: [small], scorers: [spread] }
  )
})

t.test('a scorer of clusters is bound to the entailment model too', async (t) => {
  const binding = bind(scorer({ needs: ['samples', 'clusters'] }), null, () => MODELS)
  t.match(binding, { scorer: 'spread', models: [small, judge] })
})

t.test('a named model takes the place of the default', async (t) => {
  const { models } = bind(scorer(), 'large', () => MODELS) as { readonly models: readonly unknown[] }
  t.strictSame(models, [{ role: 'language', id: 'large', digest: 'l1' }])
})

t.test('a policy fits the models that it was made with', async (t) => {
  const policy = { ...draft({ binding: { scorer: 'spread', models: [small, judge] } }), version: 1 }
  t.equal(bindingProblem(policy, { models: MODELS, scorers: [] }), null)
})

t.test('a changed or missing model is told', async (t) => {
  const policy = { ...draft({ binding: { scorer: 'spread', models: [small] } }), version: 1 }
  t.match(bindingProblem(policy, { models: [{ ...small, digest: 's2' }], scorers: [] }), /small have changed/)
  t.match(bindingProblem(policy, { models: [judge], scorers: [] }), /small, which is not loaded/)
})

t.test('a scorer of another version, or with other options, is told; another wording is not', async (t) => {
  const binding = bind(scorer(), null, () => MODELS)
  const problem = (changes: Partial<Scorer>) =>
    bindingProblem({ binding }, { models: MODELS, scorers: [scorer(changes)] })
  t.equal(problem({}), null)
  t.equal(problem({ version: 1, summary: 'In other words.' }), null)
  t.match(problem({ version: 2 }), /another version of the scorer spread/)
  t.match(problem({ options: { type: 'object', properties: {} } }), /another version of the scorer spread/)
})

t.test('a policy of raw scores fits anything', async (t) => {
  t.equal(bindingProblem({ binding: 'unknown' }, { models: [], scorers: [scorer()] }), null)
})
