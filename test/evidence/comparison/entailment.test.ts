import t from 'tap'
import { Asker } from '../../../src/evidence/asker.js'
import { comparisonKinds } from '../../../src/evidence/comparison/kinds.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import { lookUp } from '../../../src/evidence/comparison/supplied-comparisons.js'
import type { Circumstances } from '../../../src/evidence/kind.js'
import { closure } from '../../../src/evidence/kinds.js'
import { Missing } from '../../../src/evidence/missing.js'
import { readOutput } from '../../../src/evidence/supplied-output.js'
import { SAME_TEXT } from '../../../src/math/nli.js'
import { classes, OPPOSITE } from '../../fixtures/entailments.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { CONTRADICTS, createScriptedEngine, ENTAILS, NEUTRAL, type Script } from '../../fixtures/scripted-engine.js'

const unused = () => Promise.reject(new Error('unused'))
const PEERS = { conformal: unused, scores: unused }

const outputs = (...texts: string[]) => texts.map((text, i) => readOutput(text, `/samples/${i}`))

function setup(changes: Partial<EvidenceInput> = {}, script: Script = {}) {
  const engine = createScriptedEngine(script)
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const input = evidenceInput({ messages: null, ...changes })
  return { engine, evidence: new Evidence(input, ask, PEERS) }
}

const circumstances = (changes: Partial<EvidenceInput> = {}): Circumstances => {
  const supply = evidenceInput({ messages: null, ...changes })
  return { supply, asksModel: supply.messages !== null, fills: true, sampleCount: 10, maxTokens: 64 }
}

const pairsOf = (engine: ReturnType<typeof createScriptedEngine>): readonly string[] =>
  engine.calls.flatMap((call) =>
    call.kind === 'entail' ? call.pairs.map(({ premise, hypothesis }) => `${premise}>${hypothesis}`) : []
  )

t.test('all pairs go to the model in one call, duplicates and the diagonal do not', async (t) => {
  const { engine, evidence } = setup({ samples: outputs('a', 'b', 'a.', 'c') }, { entails: () => CONTRADICTS })
  const matrix = await evidence.get('entailment')
  t.equal(engine.count('entail'), 1)
  t.same([...pairsOf(engine)].sort(), ['a>b', 'a>c', 'b>a', 'b>c', 'c>a', 'c>b'])
  t.same(matrix[0]![0], SAME_TEXT)
  t.same(matrix[0]![2], SAME_TEXT)
  t.match(matrix[2]![1], { contradiction: 0.9 }, 'a duplicate is to others what the first is')
  t.equal(comparisonKinds.entailment.work!(circumstances({ samples: outputs('a', 'b', 'a.', 'c') }), {}).samplePairs, 6)
})

t.test('clusters and the matrix share their comparisons', async (t) => {
  const { engine, evidence } = setup({ samples: outputs('a', 'b', 'c') }, { entails: () => NEUTRAL })
  await Promise.all([evidence.get('clusters'), evidence.get('entailment'), evidence.get('affinity')])
  const pairs = pairsOf(engine)
  t.equal(pairs.length, 6)
  t.equal(new Set(pairs).size, 6)
})

t.test('a supplied matrix is taken as it is but for the diagonal, and asks no model', async (t) => {
  const own = classes(0.8, 0.1, 0.1)
  const samples = outputs('a', 'b')
  const compared = lookUp(
    {
      entailment: [
        [own, OPPOSITE],
        [NEUTRAL, own]
      ]
    },
    2
  )
  const { engine, evidence } = setup({ samples, compared })
  t.match(await evidence.get('entailment'), [
    [SAME_TEXT, OPPOSITE],
    [{ neutral: 0.8 }, SAME_TEXT]
  ])
  t.equal(engine.calls.length, 0)
  t.equal(comparisonKinds.entailment.work!(circumstances({ samples, compared }), {}).samplePairs, 0)
})

t.test('the answer is compared with each sample both ways in one call', async (t) => {
  const answer = readOutput('a', '/answer')
  const samples = outputs('b', 'a', 'c')
  const { engine, evidence } = setup(
    { answer, samples },
    { entails: (premise) => (premise === 'a' ? ENTAILS : CONTRADICTS) }
  )
  const { forward, backward } = await evidence.get('answer.entailment')
  t.match(forward, [{ entailment: 0.9 }, SAME_TEXT, { entailment: 0.9 }])
  t.match(backward, [{ contradiction: 0.9 }, SAME_TEXT, { contradiction: 0.9 }])
  t.equal(engine.count('entail'), 1)
  t.equal(pairsOf(engine).length, 4)
  const work = comparisonKinds['answer.entailment'].work!(circumstances({ answer, samples }), {})
  t.ok(work.pairs! >= 4)
})

t.test('supplied comparisons of the answer ask no model', async (t) => {
  const [answer, samples] = [readOutput('a', '/answer'), outputs('b')]
  const compared = lookUp({ answer_entailment: { forward: [OPPOSITE], backward: [NEUTRAL] } }, 1)
  const { engine, evidence } = setup({ answer, samples, compared })
  t.match(await evidence.get('answer.entailment'), { forward: [OPPOSITE], backward: [{ neutral: 0.8 }] })
  t.equal(engine.calls.length, 0)
  t.same(comparisonKinds['answer.entailment'].work!(circumstances({ answer, samples, compared }), {}), { pairs: 0 })
})

t.test('common words need no entailment model, not even a plan for one', async (t) => {
  const samples = outputs('the cat sat on the mat', 'the cat is on the mat', '')
  const { engine, evidence } = setup({ samples, fill: 'never' }, { states: { entailment: 'failed' } })
  const parameters = { affinity: { of: 'jaccard', temperature: 3 } } as const
  const { weights, cut } = await evidence.get('affinity', parameters)
  t.match(weights, [
    [1, 2 / 3, 0],
    [2 / 3, 1, 0],
    [0, 0, 1]
  ])
  t.equal(cut, false)
  t.equal(engine.calls.length, 0)
  t.same([...closure(['affinity'], parameters)], ['affinity', 'samples'])
})

t.test('a sample of 20 000 characters is cut, and told', async (t) => {
  const { evidence } = setup({ samples: outputs('word '.repeat(4000), 'word') })
  t.equal((await evidence.get('affinity', { affinity: { of: 'jaccard', temperature: 3 } })).cut, true)
})

t.test('affinities of one measure and temperature are one gathering', async (t) => {
  const { evidence } = setup({ samples: outputs('a', 'b') })
  const asked = (temperature: number) => evidence.get('affinity', { affinity: { of: 'entailment', temperature } })
  t.equal(asked(3), evidence.get('affinity'))
  t.not(asked(1), asked(3))
})

t.test('the probability rule groups what is linked through others', async (t) => {
  const links = new Set(['a>b', 'b>a', 'b>c', 'c>b'])
  const { evidence } = setup(
    { samples: outputs('a', 'c', 'd', 'b') },
    { entails: (premise, hypothesis) => (links.has(`${premise}>${hypothesis}`) ? ENTAILS : CONTRADICTS) }
  )
  t.same(await evidence.get('clusters', { clusters: { rule: 'probability' } }), {
    rule: 'probability',
    assignment: [0, 0, 1, 0],
    count: 2
  })
  t.equal((await evidence.get('clusters', { clusters: { rule: 'strict' } })).count, 3)
})

t.test('the answer is had as a reference only when it is used', async (t) => {
  const { evidence } = setup({ samples: outputs('a'), fill: 'never' })
  t.equal(await evidence.get('reference'), null)
  const used = evidence.get('reference', { reference: { used: true } })
  t.match(await used.catch((error: unknown) => error), { reason: 'needs_answer' })
})

t.test('a probability that is no number fails the evidence, never reads as one', async (t) => {
  const broken = { ...NEUTRAL, entailment: NaN }
  const { evidence } = setup({ samples: outputs('a', 'b') }, { entails: () => broken })
  const error: unknown = await evidence.get('entailment').catch((caught: unknown) => caught)
  t.ok(error instanceof Missing)
  t.match(error, { status: 'failed', reason: 'entailment_not_finite' })
})

t.test('what will be drawn is counted at worst', async (t) => {
  const drawing = circumstances({ messages: [{ role: 'user', content: 'Where?' }] })
  t.equal(comparisonKinds.entailment.work!(drawing, {}).samplePairs, 90)
  t.equal(comparisonKinds['answer.entailment'].work!(drawing, {}).pairs, 20)
  t.equal(comparisonKinds['answer.entailment'].work!(circumstances(), {}).pairs, 0)
})
