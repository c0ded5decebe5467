import t from 'tap'
import { Asker } from '../../../src/evidence/asker.js'
import { Evidence } from '../../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../../src/evidence/input.js'
import { KINDS } from '../../../src/evidence/kinds.js'
import { Missing } from '../../../src/evidence/missing.js'
import { readOutput } from '../../../src/evidence/supplied-output.js'
import type { AlternativesParameters, TokenAlternatives } from '../../../src/scorer.js'
import { evidenceInput } from '../../fixtures/evidence-input.js'
import { CONTRADICTS, createScriptedEngine, ENTAILS, NEUTRAL, type Script } from '../../fixtures/scripted-engine.js'

function setup(changes: Partial<EvidenceInput> = {}, script: Script = {}) {
  const engine = createScriptedEngine(script)
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const none = (): Promise<never> => Promise.reject(new Missing('skipped', 'none', 'none'))
  const evidence = new Evidence(evidenceInput(changes), ask, { conformal: none, scores: none })
  const compared = () =>
    engine.calls.flatMap((call) =>
      call.kind === 'entail' ? call.pairs.map(({ premise, hypothesis }) => `${premise}>${hypothesis}`) : []
    )
  return { engine, evidence, compared }
}

/** One token with its alternatives; the first is the emitted one. `bytes` where the text is part of a character. */
type Position = readonly string[] | { readonly bytes: readonly number[]; readonly top: readonly string[] }

function answerOf(text: string, positions: readonly Position[]): Partial<EvidenceInput> {
  const content = positions.map((position) => {
    const top = 'top' in position ? position.top : position
    return {
      token: top[0]!,
      logprob: Math.log(0.5),
      ...('top' in position ? { bytes: position.bytes } : {}),
      top_logprobs: top.map((token, i) => ({ token, logprob: Math.log(0.5 / 4 ** i) }))
    }
  })
  return { answer: readOutput({ text, finish_reason: 'stop', logprobs: { content } }, '/answer') }
}

const CAPITAL = answerOf('It is Canberra.', [
  ['It', 'The'],
  [' is', ' was'],
  [' Can', ' Sydney', 'Can', ' CAN'],
  ['berra', 'ada', 'terbury'],
  ['.', ' city', '!']
])
const briefly = (list: readonly TokenAlternatives[]): string[] =>
  list.map(({ word, omitted, alternatives }) =>
    omitted === null
      ? `${word}: ${alternatives.map(({ text, relation }) => `${text} ${relation}`).join(', ')}`
      : omitted
  )
const by = (changes: Partial<AlternativesParameters>) => ({
  'answer.alternatives': { unit: 'word' as const, inContext: false, skipFunctionWords: true, ...changes }
})
const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'present',
    (error: unknown) => (error instanceof Missing ? `${error.status} ${error.reason}` : String(error))
  )

t.test('the written word is compared with the word so far and the alternative in its place, both ways', async (t) => {
  const { engine, evidence, compared } = setup(CAPITAL, { entails: () => CONTRADICTS })
  t.same(briefly(await evidence.get('answer.alternatives')), [
    'function_word',
    'function_word',
    'Canberra: Sydney contradiction, Can contradiction, CAN contradiction',
    'Canberra: Canada contradiction, Canterbury contradiction',
    'no_word'
  ])
  t.equal(engine.count('entail'), 1)
  t.same(compared().slice(0, 2), ['Canberra>Sydney', 'Sydney>Canberra'])
  t.equal(compared().length, 10)
})

t.test('both directions make the relation', async (t) => {
  const entails = (premise: string): typeof ENTAILS => (premise === 'Canberra' ? ENTAILS : NEUTRAL)
  const { evidence } = setup(CAPITAL, { entails })
  const [, , , berra] = await evidence.get('answer.alternatives')
  t.same(
    berra!.alternatives.map(({ relation }) => relation),
    ['entailment', 'entailment']
  )
})

t.test('bare tokens are compared when asked for', async (t) => {
  const { evidence, compared } = setup(CAPITAL)
  const [, , can] = await evidence.get('answer.alternatives', by({ unit: 'token' }))
  t.same(briefly([can!]), ['Can: Sydney neutral, Can entailment, CAN entailment'])
  t.same(compared(), ['Can>Sydney', 'Sydney>Can', 'berra>ada', 'ada>berra', 'berra>terbury', 'terbury>berra'])
})

t.test('the text so far stands before both sides when asked for', async (t) => {
  const { evidence, compared } = setup(CAPITAL)
  await evidence.get('answer.alternatives', by({ inContext: true }))
  t.ok(compared().includes('It is Canberra>It is Canada'))
})

t.test('function words are compared when asked for', async (t) => {
  const { evidence, compared } = setup(CAPITAL)
  const [it] = await evidence.get('answer.alternatives', by({ skipFunctionWords: false }))
  t.same(briefly([it!]), ['It: The neutral'])
  t.ok(compared().includes('is>was'))
})

t.test('a pair that comes again is compared once', async (t) => {
  const twice = answerOf('Rome Rome', [
    ['Rome', 'Paris'],
    [' Rome', ' Paris']
  ])
  const { evidence, compared } = setup(twice)
  t.equal((await evidence.get('answer.alternatives')).length, 2)
  t.same(compared(), ['Rome>Paris', 'Paris>Rome'])
})

t.test('alternatives that make no word have nothing to do with one', async (t) => {
  const answer = answerOf('Rome', [['Rome', '...', '<|im_end|>', '\uFFFD']])
  const { evidence, engine } = setup(answer)
  t.same(briefly(await evidence.get('answer.alternatives')), ['Rome:  neutral,  neutral,  neutral'])
  t.equal(engine.count('entail'), 0)
})

t.test('the emitted token is no alternative of itself, also when a server spells it without its space', async (t) => {
  const content = [
    {
      token: ' Rome',
      logprob: -0.5,
      top_logprobs: [
        { token: 'Rome', logprob: -0.5 },
        { token: ' Paris', logprob: -2 }
      ]
    }
  ]
  const { evidence } = setup({ answer: readOutput({ text: ' Rome', logprobs: { content } }, '/answer') })
  t.same(briefly(await evidence.get('answer.alternatives')), ['Rome: Paris neutral'])
})

t.test('parts of a character are no words', async (t) => {
  const parts = answerOf('京 Rome', [
    { bytes: [0xe4, 0xba], top: ['\uFFFD', '\uFFFD'] },
    { bytes: [0xac], top: ['\uFFFD', '\uFFFD'] },
    { bytes: [...Buffer.from(' Rome')], top: [' Rome', ' Paris'] }
  ])
  const { evidence } = setup(parts)
  t.same(briefly(await evidence.get('answer.alternatives')), ['no_word', 'no_word', 'Rome: Paris neutral'])
})

t.test('ten alternatives are asked of the engine, and told as work beforehand', async (t) => {
  const circumstances = { asksModel: true, fills: true, sampleCount: 10, maxTokens: 64 }
  const work = (changes: Partial<EvidenceInput>, more = {}) =>
    KINDS['answer.alternatives'].work?.({ ...circumstances, ...more, supply: evidenceInput(changes) }, {})
  t.same(work({}), { alternatives: 10, pairs: 64 * 18 })
  t.equal(work(CAPITAL)?.pairs, 2 * 14)
  t.equal(work({ answer: readOutput('Rome', '/answer') })?.pairs, 4 * 18)
  t.equal(work({ answer: readOutput('Rome', '/answer') }, { asksModel: false })?.pairs, 0)
  t.equal(work({}, { maxTokens: 4000 })?.pairs, 256 * 18)
})

t.test('a word without two alternatives, and too long an answer, are reasons', async (t) => {
  const { engine, evidence } = setup(answerOf('Rome', [['Rome']]))
  t.equal(await reasonOf(evidence.get('answer.alternatives')), 'skipped needs_alternatives')
  t.equal(engine.calls.length, 0)
  const sign = setup(answerOf('!', [['!']]))
  t.same(briefly(await sign.evidence.get('answer.alternatives')), ['no_word'])
  const long = answerOf(
    'a'.repeat(257),
    Array.from({ length: 257 }, () => ['a', 'b'])
  )
  t.equal(await reasonOf(setup(long).evidence.get('answer.alternatives')), 'failed too_many_tokens')
})

t.test('an encoder that is not ready is a reason, not a fault', async (t) => {
  const { evidence } = setup(CAPITAL, { states: { entailment: 'loading' } })
  t.equal(await reasonOf(evidence.get('answer.alternatives')), 'failed entailment_unavailable')
})
