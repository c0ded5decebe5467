import t from 'tap'
import { relationOf } from '../../src/math/relation.js'
import { CONTRADICTS, ENTAILS, NEUTRAL } from '../fixtures/scripted-engine.js'

t.test('both directions make one class', async (t) => {
  const cases = [
    [ENTAILS, ENTAILS, 'entailment'],
    [CONTRADICTS, CONTRADICTS, 'contradiction'],
    [NEUTRAL, NEUTRAL, 'neutral'],
    [ENTAILS, NEUTRAL, 'entailment'],
    [CONTRADICTS, NEUTRAL, 'contradiction'],
    [ENTAILS, CONTRADICTS, 'neutral']
  ] as const
  for (const [forward, backward, relation] of cases) {
    t.equal(relationOf(forward, backward), relation)
    t.equal(relationOf(backward, forward), relation)
  }
})
