import t, { type Test } from 'tap'
import { createCalibrations, type CalibrationDependencies } from '../../src/calibrations/calibrations.js'
import type { CalibrationRequest } from '../../src/schemas/calibration.js'
import { openStore } from '../../src/store/store.js'
import { scorer } from '../policies/scorers.js'

const signal = new AbortController().signal
const SCORERS = [
  scorer(),
  scorer({ name: 'certainty', direction: 'higher_is_more_certain', unit: 'probability', range: [0, 1] }),
  scorer({ name: 'conformal_abstention', needs: ['conformal'], range: [0, 1] }),
  scorer({ name: 'ensemble', needs: ['scores'], range: [0, 1], members: () => ['spread', 'certainty'] })
]

async function calibrations(t: Test, changes: Partial<CalibrationDependencies> = {}) {
  const store = await openStore(t.testdir())
  t.teardown(() => store.close())
  return createCalibrations({
    store,
    scorers: new Map(SCORERS.map((entry) => [entry.name, entry])),
    scoreExample: async ({ score }) => ({ uncertainty: Number(score) }),
    scoreTogether: async ({ score }, chosen) => chosen.map((_, i) => ({ uncertainty: Number(score) * (i + 1) })),
    models: () => [{ role: 'language', id: 'small', digest: 'abc' }],
    now: () => 1_795_305_600_999,
    ...changes
  })
}

/** n examples with scores 0, 1, 2 …; the first are mostly right, the last mostly wrong. */
const raw = (n: number) => Array.from({ length: n }, (_, i) => ({ score: i, correct: (i * 7) % n > i }))

const request = (changes: Partial<CalibrationRequest> = {}): CalibrationRequest => ({
  name: 'support-bot',
  scorer: 'spread',
  examples: raw(200),
  ...changes
})

/** A request for several scorers. */
function jointly(changes: Partial<CalibrationRequest>): CalibrationRequest {
  const made: { scorer?: string } & CalibrationRequest = request(changes)
  delete made.scorer
  return made
}

const fault = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    ({ code, errors, extra }: { code: string; errors: readonly { pointer: string }[]; extra: object }) => ({
      code,
      pointer: errors[0]?.pointer,
      extra
    })
  )

t.test('a calibration tells its method, its figures and its digest', async (t) => {
  const service = await calibrations(t)
  const made = await service.create(request(), signal)
  t.match(made, {
    object: 'calibration',
    name: 'support-bot',
    version: 1,
    scorer: 'spread',
    method: 'platt',
    n: 200,
    model: null,
    binding: 'unknown',
    direction: 'higher_is_more_uncertain',
    created: 1_795_305_600,
    digest: /^[0-9a-f]{64}$/,
    report: { n: 200, unscored: 0 }
  })
  const { report } = made
  t.ok(report.auroc! > 0.75 && report.auroc! < 0.9, String(report.auroc))
  t.ok(report.ece! < 0.15 && report.brier! < 0.22, JSON.stringify(report))
  const parts = report.brier_decomposition!
  t.ok(Math.abs(parts.reliability - parts.resolution + parts.uncertainty - report.brier!) < 1e-12)
  t.equal(
    report.reliability.reduce((sum, { n }) => sum + n, 0),
    200
  )
  t.same(
    made.warnings.map(({ code }) => code),
    ['binding_unknown']
  )
})

t.test('the report has intervals and risk at every coverage, on the scale of the scorer', async (t) => {
  const service = await calibrations(t)
  const examples = raw(200).map(({ score, correct }) => ({ score: 1 - score / 200, correct }))
  await service.create(request({ scorer: 'certainty', examples }), signal)
  const report = await service.report('support-bot')
  t.match(report, { object: 'calibration.report', calibration: 'support-bot@1', scorer: 'certainty', method: 'platt' })
  const [low, high] = report.intervals['auroc']!
  t.ok(low! < report.auroc! && report.auroc! < high! && high! - low! < 0.2)
  t.equal(report.risk_coverage.length, 100)
  t.match(report.risk_coverage.at(-1), { score: 1 - 199 / 200, coverage: 1 })
  t.ok(report.risk_coverage[0]!.score > 0.98)
  t.ok(report.reliability_equal_mass.length === 10)
})

t.test('every method of one scorer makes a calibration that can be read back', async (t) => {
  const service = await calibrations(t)
  const examples = raw(120).map(({ score, correct }) => ({ score: 1 - score / 120, correct }))
  for (const method of ['isotonic', 'platt', 'beta', 'histogram', 'temperature'] as const) {
    const made = await service.create(request({ scorer: 'certainty', method, examples }), signal)
    t.strictSame(await service.get(`support-bot@${made.version}`), made, method)
    t.ok(made.report.brier! < 0.25, `${method}: ${made.report.brier}`)
  }
  t.equal((await service.lookup('support-bot')).version, 5)
})

t.test('grades are taken as they are', async (t) => {
  const service = await calibrations(t)
  const examples = Array.from({ length: 100 }, (_, i) => ({ score: i, correct: 1 - i / 99 }))
  const { report } = await service.create(request({ method: 'isotonic', examples }), signal)
  t.ok(report.brier! < 0.001, String(report.brier))
  t.equal(report.right, 50)
})

t.test('scored requests bind the calibration to the models', async (t) => {
  const service = await calibrations(t)
  const examples = raw(120).map(({ score, correct }) => ({ request: { score }, correct }))
  const made = await service.create(request({ examples }), signal)
  t.match(made, { binding: { scorer: 'spread', models: [{ role: 'language', id: 'small', digest: 'abc' }] } })
  t.same(made.warnings, [])
  t.equal(made.model, 'small')
})

t.test('several scorers together are one probability, bound to the models of all', async (t) => {
  const service = await calibrations(t)
  const examples = raw(150).map(({ score, correct }) => ({ request: { score }, correct }))
  const body = jointly({ scorers: ['spread', 'certainty'], examples })
  const made = await service.create(body, signal)
  t.match(made, {
    scorer: 'ensemble',
    scorers: ['spread', 'certainty'],
    method: 'logistic',
    binding: { scorer: 'ensemble' }
  })
  t.ok(made.report.auroc! > 0.7, String(made.report.auroc))
  const { fit, members } = await service.lookup('support-bot')
  t.equal(fit.kind, 'joint')
  t.match(members, [{ scorer: 'spread' }, { scorer: 'certainty', direction: 'higher_is_more_certain' }])
})

t.test('raw scores of several scorers come by name', async (t) => {
  const service = await calibrations(t)
  const examples = raw(100).map(({ score, correct }) => ({
    scores: { spread: score, certainty: 1 - score / 100 },
    correct
  }))
  const body = jointly({ scorers: ['spread', 'certainty'], examples })
  t.match(await service.create(body, signal), { n: 100, binding: 'unknown' })
  const lacking = { ...body, examples: [...examples, { scores: { spread: 1 }, correct: true }] }
  t.match(await fault(service.create(lacking, signal)), { pointer: '/examples/100/scores/certainty' })
  const bare = { ...body, examples: [{ score: 1, correct: true }] }
  t.match(await fault(service.create(bare, signal)), { pointer: '/examples/0/score' })
})

t.test('what cannot be learnt from is refused with what to add', async (t) => {
  const service = await calibrations(t)
  const cases = [
    [{ examples: raw(1) }, 'QUALM_ERR_TOO_FEW_EXAMPLES', undefined],
    [{ examples: raw(50).map(({ score }) => ({ score, correct: true })) }, 'QUALM_ERR_INVALID_EVIDENCE', '/examples'],
    [{ examples: raw(50).map(({ correct }) => ({ score: 3, correct })) }, 'QUALM_ERR_INVALID_EVIDENCE', '/examples'],
    [{ examples: [{ score: Number.NaN, correct: true }] }, 'QUALM_ERR_INVALID_EVIDENCE', '/examples/0/score'],
    [{ examples: [{ score: -1, correct: true }] }, 'QUALM_ERR_INVALID_EVIDENCE', '/examples/0/score'],
    [{ examples: [{ scores: { spread: 1 }, correct: true }] }, 'QUALM_ERR_VALIDATION', '/examples/0/scores'],
    [{ examples: [{ correct: true }] }, 'QUALM_ERR_VALIDATION', '/examples/0'],
    [{ method: 'beta' }, 'QUALM_ERR_INVALID_EVIDENCE', '/method'],
    [{ method: 'logistic' }, 'QUALM_ERR_VALIDATION', '/method'],
    [{ scorer: 'spraed' }, 'QUALM_ERR_UNKNOWN_SCORER', '/scorer'],
    [{ scorer: 'conformal_abstention' }, 'QUALM_ERR_UNKNOWN_SCORER', '/scorer'],
    [{ options: { depth: 1 } }, 'QUALM_ERR_UNKNOWN_SCORER', '/options/depth'],
    [{ scorers: ['spread', 'certainty'] }, 'QUALM_ERR_VALIDATION', '/scorer']
  ] as const
  for (const [changes, code, pointer] of cases) {
    t.match(
      await fault(service.create(request(changes as Partial<CalibrationRequest>), signal)),
      { code, pointer },
      code
    )
  }
  const joint = jointly({ scorers: ['spread', 'ensemble'] })
  t.match(await fault(service.create(joint, signal)), { code: 'QUALM_ERR_VALIDATION', pointer: '/scorers/1' })
  t.match(await fault(service.create(request({ examples: raw(1) }), signal)), { extra: { needed: 10, have: 1 } })
  t.same((await service.list()).data, [], 'nothing was kept')
})

t.test('examples without a score are left out, and told', async (t) => {
  const service = await calibrations(t, {
    scoreExample: async ({ score }) =>
      Number(score) % 2 === 0 ? { uncertainty: Number(score) } : { reason: 'empty_answer' }
  })
  const examples = raw(300).map(({ score, correct }) => ({ request: { score }, correct }))
  const made = await service.create(request({ examples }), signal)
  t.match(made, { n: 150, report: { n: 150, unscored: 150 } })
  t.match(made.warnings, [{ code: 'unscored_examples', message: /empty_answer \(150\)/ }])
})

t.test('ties everywhere are no obstacle', async (t) => {
  const examples = Array.from({ length: 60 }, (_, i) => ({ score: i % 2, correct: i % 3 === 0 || i % 2 === 0 }))
  const made = await (await calibrations(t)).create(request({ method: 'isotonic', examples }), signal)
  t.equal(made.report.reliability.length, 2)
})

t.test('an unknown calibration is not found, to read and to remove', async (t) => {
  const service = await calibrations(t)
  await service.create(request(), signal)
  await service.create(request(), signal)
  const missing = { code: 'QUALM_ERR_UNKNOWN_CALIBRATION' }
  for (const name of ['other', 'support-bot@3', '..']) {
    await t.rejects(service.lookup(name), missing)
    await t.rejects(service.remove(name), missing)
  }
  await service.remove('support-bot@2')
  t.equal((await service.get('support-bot')).version, 1)
  await service.remove('support-bot')
  await t.rejects(service.report('support-bot'), missing)
})

t.test('a caller that has left stops the work', async (t) => {
  const gone = AbortSignal.abort(new Error('gone'))
  await t.rejects((await calibrations(t)).create(request(), gone), { message: 'gone' })
})
