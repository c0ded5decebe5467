/** Our scorers beside lm-polygraph and UQLM, on evidence and numbers that bench/peers/peers.py wrote down. */
import t from 'tap'
import { AGREEMENTS } from '../bench/peers/agreements.js'
import { compareAll, largestGap, repeated, TOLERANCE } from '../bench/peers/comparison.js'
import { DISAGREEMENTS } from '../bench/peers/disagreements.js'
import { clustersOf } from '../bench/peers/evidence.js'
import { asEntailment, readPeerFacts } from '../bench/peers/facts.js'
import semanticEntropy from '../scorers/semantic_entropy.js'
import { loadScorers } from '../src/scorer-registry.js'
import { run, sample } from './fixtures/evidence.js'
import { near } from './fixtures/near.js'

const { cases, overlap } = readPeerFacts()
const scorers = await loadScorers(new URL('../scorers/', import.meta.url))

for (const one of AGREEMENTS) {
  t.test(`${one.scorer} is ${one.name} of ${one.peer}`, async (t) => {
    for (const { given, ours, theirs } of await compareAll(scorers, one, cases)) {
      near(t, ours, theirs, given.name, TOLERANCE)
    }
  })
}

for (const one of DISAGREEMENTS) {
  t.test(`${one.scorer} is not ${one.name} of ${one.peer}`, async (t) => {
    t.ok(largestGap(await compareAll(scorers, one, cases)) > 1000 * TOLERANCE, 'the numbers differ')
    const same = repeated(one)
    for (const { given, ours, theirs } of same === null ? [] : await compareAll(scorers, same, cases)) {
      near(t, ours, theirs, `${given.name}, in the form of the peer`, TOLERANCE)
    }
  })
}

t.test('an answer that means the same as two others is counted once, and twice by UQLM', async (t) => {
  const samples = ['a', 'b', 'c'].map((text) => sample(text, [0.5]))
  const compared = (a: number, b: number) => asEntailment(overlap.verdicts[a]![b]!)
  const clusters = await clustersOf(samples, compared, 'loose')
  near(t, overlap.discrete_entropy, Math.log(2), 'UQLM: two meanings of two answers each')
  near(t, run(semanticEntropy, { samples, clusters }, { variant: 'discrete' }).value, 0.636514, 'two and one')
})

t.test('every number of the peers is compared with ours', async (t) => {
  const compared = new Set([...AGREEMENTS, ...DISAGREEMENTS].map(({ peer, name }) => `${peer} ${name}`))
  for (const { peers } of cases) {
    const written = Object.entries(peers).flatMap(([peer, numbers]) => Object.keys(numbers).map((n) => `${peer} ${n}`))
    t.same(new Set(written), compared)
  }
})
