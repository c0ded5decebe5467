import t, { type Test } from 'tap'
import { QualmError } from '../../src/errors.js'
import { createFakeScoring, fakeResult } from '../fixtures/fake-scoring.js'
import { build, captureLog, type Overrides } from '../helper.js'

interface Answer {
  readonly custom_id?: string | null
  readonly line?: number
  readonly error?: {
    readonly code: string
    readonly status: number
    readonly request_id: string
    readonly errors: readonly object[]
  }
  readonly scores?: object
}

async function score(t: Test, payload: string | Buffer, overrides: Overrides = {}) {
  const scoring = createFakeScoring(({ custom_id }) => fakeResult(custom_id === undefined ? {} : { custom_id }))
  const app = await build(t, { scoring, ...overrides })
  const headers = { 'content-type': 'application/x-ndjson', 'x-request-id': 'req' }
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload, headers })
  const answers = response.body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer)
  return { response, answers }
}

const line = (id: string, more: object = {}) => JSON.stringify({ prompt: 'q', answer: 'a', custom_id: id, ...more })

t.test('every line is answered by one line in the same order', async (t) => {
  const { response, answers } = await score(t, [line('a'), line('b'), line('c')].join('\n'))
  t.equal(response.statusCode, 200)
  t.match(response.headers['content-type'], /^application\/x-ndjson/)
  t.same(
    answers.map(({ custom_id }) => custom_id),
    ['a', 'b', 'c']
  )
})

t.test('a bad line in the middle gets its problem and disturbs no other', async (t) => {
  const { answers } = await score(t, [line('a'), '', line('b', { sampels: [] }), '{"prompt":', line('d')].join('\r\n'))
  t.equal(answers.length, 4)
  t.ok(answers[0]?.scores)
  t.match(answers[1], {
    custom_id: 'b',
    line: 3,
    error: { code: 'QUALM_ERR_VALIDATION', request_id: 'req', errors: [{ pointer: '/sampels' }] }
  })
  t.match(answers[2], { custom_id: null, line: 4, error: { code: 'QUALM_ERR_BAD_JSON', status: 400 } })
  t.ok(answers[3]?.scores)
})

t.test('a line over the limit fails alone', async (t) => {
  const { answers } = await score(t, [line('a'), line('b', { prompt: 'x'.repeat(3000) }), line('c')].join('\n'), {
    config: { lineLimitBytes: 1024 }
  })
  t.same(
    answers.map(({ error }) => error?.code),
    [undefined, 'QUALM_ERR_BODY_TOO_LARGE', undefined]
  )
})

t.test('the body as a whole has no limit', async (t) => {
  const { answers } = await score(t, Array(200).fill(line('a')).join('\n'), { config: { bodyLimitBytes: 1024 } })
  t.equal(answers.length, 200)
})

t.test('bytes that are not UTF-8, and poisoned prototypes, fail alone', async (t) => {
  const before = Buffer.from(`${line('a')}\n"`)
  const after = Buffer.from(`"\n{"__proto__":{"x":1}}\n${line('d')}\n`)
  const { answers } = await score(t, Buffer.concat([before, Buffer.of(0xff), after]))
  t.same(
    answers.map(({ error }) => error?.code),
    [undefined, 'QUALM_ERR_BAD_JSON', 'QUALM_ERR_BAD_JSON', undefined]
  )
})

t.test('what scoring throws for one line is the problem of that line', async (t) => {
  const scoring = createFakeScoring(({ custom_id }) => {
    if (custom_id === 'b') throw new QualmError('QUALM_ERR_NO_EVIDENCE', 'Supply something.')
    return fakeResult()
  })
  const { answers } = await score(t, [line('a'), line('b'), line('c')].join('\n'), { scoring })
  t.same(
    answers.map(({ error }) => error?.code),
    [undefined, 'QUALM_ERR_NO_EVIDENCE', undefined]
  )
})

t.test('the text of an unexpected error is masked in its line and in the log', async (t) => {
  const log = captureLog()
  const scoring = createFakeScoring(() => {
    throw new TypeError('SECRET')
  })
  const overrides: Overrides = { scoring, logStream: log.stream, config: { logLevel: 'info' } }
  const { response, answers } = await score(t, line('a'), overrides)
  t.equal(answers[0]?.error?.code, 'QUALM_ERR_INTERNAL')
  t.notMatch(response.body + log.text(), /SECRET/)
  t.ok(log.lines().some(({ msg }) => msg === 'line failed'))
})

t.test('no lines give an empty answer', async (t) => {
  const { response, answers } = await score(t, '\n\n')
  t.equal(response.statusCode, 200)
  t.same(answers, [])
})

t.test('ten thousand one-byte lines get ten thousand errors', async (t) => {
  const { answers } = await score(t, '{\n'.repeat(10_000))
  t.equal(answers.length, 10_000)
  t.equal(answers.at(-1)?.line, 10_000)
})

t.test('a number that is not finite goes out as null with a warning, in a line too', async (t) => {
  const confidence = { value: NaN, calibration: 'c@1', scorer: 'g_nll' }
  const scoring = createFakeScoring(() => fakeResult({ confidence }))
  const { answers } = await score(t, line('a'), { scoring })
  t.match(answers[0], { confidence: { value: null }, warnings: [{ code: 'not_finite' }] })
})
