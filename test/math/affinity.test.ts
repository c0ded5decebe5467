import t from 'tap'
import { entailmentAffinity, jaccard } from '../../src/math/affinity.js'
import { contrasted, SAME_TEXT, tempered } from '../../src/math/nli.js'
import { classes } from '../fixtures/entailments.js'
import { near } from '../fixtures/near.js'

t.test('fixture F16: the temperature of the classifier', async (t) => {
  const logits = [3, 0, -2].map(Math.exp)
  const total = logits.reduce((a, b) => a + b)
  const [e, n, c] = logits.map((value) => value / total)
  const flat = tempered(classes(e!, n!, c!), 3)
  near(t, flat.contradiction, 0.121326, 'contradiction')
  near(t, flat.neutral, 0.236312, 'neutral')
  near(t, flat.entailment, 0.642362, 'entailment')
  t.same(tempered(classes(0.2, 0.3, 0.5), 1), classes(0.2, 0.3, 0.5))
})

t.test('impossible classes stay impossible, at a temperature near 0 too', async (t) => {
  t.same(tempered(SAME_TEXT, 3), SAME_TEXT)
  near(t, tempered(classes(0.3, 0.5, 0.2), 0.001).neutral, 1, 'all of it', 1e-12)
})

t.test('weights are the mean of both directions, and 1 on the diagonal whatever the classifier says', async (t) => {
  const matrix = [
    [classes(0.7, 0.2, 0.1), classes(0.8, 0.1, 0.1)],
    [classes(0.4, 0.3, 0.3), classes(0.7, 0.2, 0.1)]
  ]
  const entailment = entailmentAffinity(matrix, 'entailment', 1)
  t.equal(entailment[0]![0], 1)
  near(t, entailment[0]![1]!, 0.6, 'entailment', 1e-15)
  near(t, entailment[1]![0]!, 0.6, 'symmetric', 1e-15)
  near(t, entailmentAffinity(matrix, 'contradiction', 1)[0]![1]!, 0.8, 'no contradiction', 1e-15)
})

t.test('words in common count once, and two texts without words are alike', async (t) => {
  near(t, jaccard(new Set(['a', 'b', 'c']), new Set(['b', 'c', 'd'])), 0.5, 'half', 1e-15)
  t.equal(jaccard(new Set(), new Set()), 1)
  t.equal(jaccard(new Set(), new Set(['a'])), 0)
})

t.test('entailment against contradiction leaves neutral out, and is even when there is neither', async (t) => {
  near(t, contrasted(classes(0.3, 0.6, 0.1)), 0.75, 'e/(e + c)', 1e-15)
  t.equal(contrasted(classes(0, 1, 0)), 0.5)
})
