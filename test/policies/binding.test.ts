import t from 'tap'
import { bind, bindingProblem } from '../../src/policies/binding.js'
import { draft } from './drafts.js'
import { scorer } from './scorers.js'

const MODELS = [
  { role: 'embedding', id: 'embedder', digest: 'e1' },
  { role: 'language', id: 'small', digest: 's1' },
  { role: 'language', id: 'large', digest: 'l1' },
  { role: 'entailment', id: 'judge', digest: 'j1' }
]
const small = { role: 'language', id: 'small', digest: 's1' }
const judge = { role: 'entailment', id: 'judge', digest: 'j1' }

t.test('a scorer of tokens is bound to the language model only', async (t) => {
  t.strictSame(
    bind(scorer({ needs: ['answer.logprobs'] }), null, () => MODELS),
    { scorer: 'spread', models: [small] }
  )
})

t.test('a scorer of clusters is bound to the entailment model too', async (t) => {
  const binding = bind(scorer({ needs: ['samples', 'clusters'] }), null, () => MODELS)
  t.strictSame(binding, { scorer: 'spread', models: [small, judge] })
})

t.test('a named model takes the place of the default', async (t) => {
  const { models } = bind(scorer(), 'large', () => MODELS) as { readonly models: readonly unknown[] }
  t.strictSame(models, [{ role: 'language', id: 'large', digest: 'l1' }])
})

t.test('a policy fits the models that it was made with', async (t) => {
  const policy = { ...draft({ binding: { scorer: 'spread', models: [small, judge] } }), version: 1 }
  t.equal(bindingProblem(policy, MODELS), null)
})

t.test('a changed or missing model is told', async (t) => {
  const policy = { ...draft({ binding: { scorer: 'spread', models: [small] } }), version: 1 }
  t.match(bindingProblem(policy, [{ ...small, digest: 's2' }]), /small have changed/)
  t.match(bindingProblem(policy, [judge]), /small, which is not loaded/)
})

t.test('a policy of raw scores fits anything', async (t) => {
  t.equal(bindingProblem({ binding: 'unknown' }, []), null)
})
