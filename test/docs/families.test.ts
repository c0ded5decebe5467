import t from 'tap'
import { FAMILIES, familyOf, membersByFamily } from '../../src/docs/families.js'
import { loadScorers } from '../../src/scorer-registry.js'

const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))
const titleOf = (name: string): string => familyOf(scorers.get(name)!).title

t.test('evidence tells the family', async (t) => {
  t.equal(titleOf('perplexity'), 'Single pass')
  t.equal(titleOf('predictive_entropy'), 'Sampling with likelihoods')
  t.equal(titleOf('lexical_similarity'), 'Black box')
  t.equal(titleOf('p_true'), 'Reflexive')
  t.equal(titleOf('inv_entropy'), 'Perturbation')
  t.equal(titleOf('expected_risk'), 'Multiple choice')
  t.equal(titleOf('provenance'), 'Provenance')
  t.equal(titleOf('groundedness'), 'Groundedness')
  t.equal(titleOf('ensemble'), 'Combined')
})

t.test('some are told by name, because what they read is read by other families too', async (t) => {
  t.equal(titleOf('length_outlier'), 'Length')
  t.equal(titleOf('semantic_entropy'), 'Sampling with likelihoods')
  t.equal(titleOf('cocoa'), 'Sampling with likelihoods')
})

t.test('a scorer of a single pass reads the answer alone, and one text is generated for it', async (t) => {
  const single = [...scorers.values()].filter((scorer) => familyOf(scorer).title === 'Single pass')
  for (const { name, needs, cost } of single) {
    t.same(
      needs.filter((kind) => !kind.startsWith('answer.')),
      [],
      name
    )
    t.equal(cost.generations, 1, name)
  }
})

t.test('every scorer is in one family, and every family has the scorer to start with', async (t) => {
  const families = membersByFamily(scorers)
  t.same([...families.keys()], FAMILIES)
  t.same(
    [...families.values()].flatMap((members) => members.map(({ name }) => name)).sort(),
    [...scorers.keys()].sort()
  )
  for (const [{ start, title }, members] of families) {
    t.ok(
      members.some(({ name }) => name === start),
      title
    )
  }
})

t.test('what a family names exists', async (t) => {
  for (const { also = [] } of FAMILIES) for (const name of also) t.ok(scorers.has(name), name)
})
