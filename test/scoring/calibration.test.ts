import t from 'tap'
import type { StoredCalibration } from '../../src/calibrations/calibration.js'
import { fitOne, fitTogether } from '../../src/calibrations/fit-calibration.js'
import type { OutputRow, Row } from '../../src/engine/engine.js'
import { resolveOptions } from '../../src/scorer-registry.js'
import { finish } from '../fixtures/finish.js'
import { scorers, setupScoring, storedPolicy } from '../fixtures/scoring-setup.js'

const prompt = 'What is the capital of Australia?'
const answer = (logprob: number) => ({ text: 'x', logprobs: { content: [{ token: 'x', logprob }] } })
const quality = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100 > i ? 1 : 0))
const common = { unscored: 0, reasons: {}, quality }
const ofScorer = (name: string) => {
  const { direction } = scorers.get(name)!
  return { scorer: name, direction, options: { ...resolveOptions(scorers.get(name)!).options } }
}

type Changes = Partial<StoredCalibration>

/** On g_nll from 0 to 10 nats, from raw scores unless told. */
function single(changes: Changes = {}): StoredCalibration {
  const examples = { ...common, uncertainty: quality.map((_, i) => [i / 10]) }
  const fitted = finish(fitOne(examples, scorers.get('g_nll')!, 'platt'))
  const rest = { members: [], method: 'platt', model: null, binding: 'unknown' as const, warnings: [] }
  return { name: 'bot', version: 2, ...ofScorer('g_nll'), ...rest, ...fitted, examples, ...changes }
}

function joint(changes: Changes = {}): StoredCalibration {
  const examples = { ...common, uncertainty: quality.map((_, i) => [i / 10, i / 5]) }
  const members = [ofScorer('g_nll'), ofScorer('max_nll')]
  return {
    name: 'both',
    version: 1,
    scorer: 'ensemble',
    direction: 'higher_is_more_uncertain',
    options: { members: ['g_nll', 'max_nll'] },
    members,
    method: 'logistic',
    model: null,
    binding: 'unknown',
    warnings: [],
    ...finish(fitTogether(examples)),
    examples,
    ...changes
  }
}

const bound = (digest: string) => ({
  scorer: 'g_nll',
  models: [{ role: 'language', id: 'scripted-language', digest }]
})
const codes = ({ warnings }: { readonly warnings: readonly { readonly code: string }[] }) =>
  warnings.map(({ code }) => code)

t.test('the calibration runs its scorer where the request names another', async (t) => {
  const { score } = setupScoring({ calibrations: [single()] })
  const result = await score({ answer: answer(-1), scorers: ['max_nll'], fill: 'never', calibration: 'bot' })
  t.same(Object.keys(result.scores), ['max_nll', 'g_nll'])
  t.match(result.confidence, { calibration: 'bot@2', scorer: 'g_nll' })
  t.ok(result.confidence!.value > 0.7)
})

t.test('a calibration with other options runs beside what the request asked for', async (t) => {
  const { score } = setupScoring({ calibrations: [single({ options: { include_eos: 'never' } })] })
  const result = await score({ answer: answer(-1), scorers: ['g_nll'], fill: 'never', calibration: 'bot@2' })
  t.same(Object.keys(result.scores), ['g_nll'])
  t.ok(result.confidence!.value > 0.7)
})

t.test('a calibration of raw scores says that it may be of another model', async (t) => {
  const { score } = setupScoring({ calibrations: [single()] })
  t.ok(codes(await score({ prompt, scorers: ['g_nll'], calibration: 'bot' })).includes('calibration_binding_unknown'))
})

t.test('a calibration of this very model gives its confidence without a word', async (t) => {
  const { score } = setupScoring({ calibrations: [single({ binding: bound('digest-language') })] })
  const result = await score({ prompt, scorers: ['g_nll'], calibration: 'bot' })
  t.ok(result.confidence!.value > 0)
  t.notOk(codes(result).some((code) => code.startsWith('calibration')))
})

t.test('a calibration of another model gives no confidence and says so', async (t) => {
  for (const calibration of [single({ binding: bound('old') }), joint({ name: 'bot', binding: bound('old') })]) {
    const { score } = setupScoring({ calibrations: [calibration] })
    const result = await score({ prompt, scorers: ['g_nll'], calibration: 'bot' })
    t.notOk('confidence' in result)
    t.match(result.warnings, [{ code: 'calibration_binding', message: /have changed/ }])
  }
})

t.test('a fit of another model leaves the ensemble without a value', async (t) => {
  const { score } = setupScoring({ calibrations: [joint({ binding: bound('old') })] })
  const { scores } = await score({ prompt, scorers: ['g_nll', 'ensemble'], calibration: 'both' })
  t.match(scores['ensemble'], { status: 'failed', reason: 'calibration_binding', value: null })
})

t.test('a scorer without value gives no confidence, with the reason', async (t) => {
  const { score } = setupScoring({ calibrations: [single()] })
  const request = {
    answer: 'x',
    scorers: ['verbalized_confidence'],
    verbalized: { confidence: 0.9 },
    fill: 'never' as const
  }
  const result = await score({ ...request, calibration: 'bot' })
  t.notOk('confidence' in result)
  t.match(
    result.warnings.find(({ code }) => code === 'no_confidence'),
    { message: /g_nll has no value/ }
  )
})

t.test('a score beyond the examples is told apart', async (t) => {
  const { score } = setupScoring({ calibrations: [single()] })
  const request = { scorers: ['g_nll'], fill: 'never' as const, calibration: 'bot' }
  t.ok(codes(await score({ ...request, answer: answer(-50) })).includes('outside_calibration'))
  t.notOk(codes(await score({ ...request, answer: answer(-5) })).includes('outside_calibration'))
})

t.test('a calibration whose scorer is gone is refused', async (t) => {
  const { fault } = setupScoring({ calibrations: [single({ scorer: 'no_more' })] })
  t.match(await fault({ prompt, calibration: 'bot' }), { code: 'QUALM_ERR_BINDING', pointer: '/calibration' })
})

t.test('an ensemble takes a calibration by its options too, and a policy may judge the probability', async (t) => {
  const options = { members: ['g_nll', 'max_nll'], calibration: 'both@1' }
  const policy = storedPolicy({ scorer: 'ensemble', options, threshold: 0.4 })
  const { score } = setupScoring({ calibrations: [joint()], policies: [policy] })
  const request = { scorers: ['ensemble'], options: { ensemble: { calibration: 'both@1' } }, fill: 'never' as const }
  const sure = await score({ ...request, answer: answer(-0.1), policy: 'bot' })
  t.match(sure, { decision: { action: 'accept' }, scores: { ensemble: { detail: { calibration: 'both@1' } } } })
  t.notOk('confidence' in sure, 'nobody asked for it')
  const unsure = await score({ ...request, answer: answer(-9), policy: 'bot' })
  t.match(unsure.decision, { action: 'abstain' })
  t.ok(unsure.scores['ensemble']!.value! > 0.6)
})

t.test('an ensemble that lacks a scorer of its fit has no value', async (t) => {
  const calibration = joint({ members: [ofScorer('g_nll'), ofScorer('lexical_similarity')] })
  const { score } = setupScoring({ calibrations: [calibration] })
  const request = { answer: answer(-1), scorers: ['g_nll'], fill: 'never' as const, calibration: 'both' }
  const { scores, warnings } = await score(request)
  t.match(scores['ensemble'], { status: 'failed', reason: 'member_missing' })
  t.ok(codes({ warnings }).includes('no_confidence'))
})

t.test('a request cannot ask for other members or options than the fit has', async (t) => {
  const { fault } = setupScoring({ calibrations: [joint(), single()] })
  const request = { prompt, scorers: ['ensemble'], calibration: 'both' }
  t.match(await fault({ ...request, options: { ensemble: { members: ['g_nll', 'perplexity'] } } }), {
    code: 'QUALM_ERR_VALIDATION',
    pointer: '/options/ensemble/members'
  })
  const own = { ensemble: { members: ['g_nll', 'max_nll'] }, max_nll: {} }
  t.match(await fault({ ...request, options: own }), { code: 'QUALM_ERR_VALIDATION', pointer: '/options/max_nll' })
  const plain = { prompt, scorers: ['ensemble'], options: { ensemble: { calibration: 'bot@2' } } }
  t.match(await fault(plain), { code: 'QUALM_ERR_VALIDATION', pointer: '/options/ensemble/calibration' })
  const gone = { prompt, scorers: ['ensemble'], options: { ensemble: { calibration: 'gone@1' } } }
  t.match(await fault(gone), { code: 'QUALM_ERR_UNKNOWN_CALIBRATION', pointer: '/options/ensemble/calibration' })
})

t.test('samples that are fewer than planned, or of another temperature, give no confidence', async (t) => {
  const { scoring } = setupScoring({ calibrations: [single(ofScorer('lexical_similarity'))] })
  const context = { signal: new AbortController().signal, requestId: 'r' }
  const confided = async (count: number, temperature: number) => {
    const samples = Array.from({ length: count }, (_, i) => ({ text: `Canberra ${i % 2}`, decoding: { temperature } }))
    const request = { prompt, scorers: [], calibration: 'bot', fill: 'never' as const, samples }
    const begun = await scoring.begin(request, context, { chatBody: {} })
    return begun.finish({ text: 'Canberra' })
  }
  t.ok('confidence' in (await confided(10, 0.6)))
  for (const [count, temperature, message] of [
    [9, 0.6, /fewer samples/u],
    [10, 0.01, /another temperature/u]
  ] as const) {
    const { warnings, ...result } = await confided(count, temperature)
    t.notOk('confidence' in result)
    t.match(
      warnings.find(({ code }) => code === 'no_confidence'),
      { message }
    )
  }
})

t.test('an upstream that gives fewer samples than asked leaves no confidence in them', async (t) => {
  const confided = async (told?: (row: Row) => OutputRow | null) => {
    const calibrations = [single(ofScorer('lexical_similarity'))]
    const script = { source: 'upstream', samples: ['a', 'b', 'c'], ...(told === undefined ? {} : { told }) } as const
    const { score } = setupScoring({ calibrations, script })
    return score({ prompt, scorers: [], calibration: 'bot', sampling: { n: 8 } })
  }
  t.ok('confidence' in (await confided()))
  t.notOk('confidence' in (await confided((row) => (row.index > 3 ? null : row))))
})
