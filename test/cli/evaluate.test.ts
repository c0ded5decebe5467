import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { readArguments } from '../../src/cli/arguments.js'
import { evaluateFile, type EvaluateTools } from '../../src/cli/evaluate.js'
import { everySecond, progressText, type Progress } from '../../src/cli/progress.js'
import type { ScoreRequest } from '../../src/schemas/score.js'
import { resultOf, SCORERS } from '../evaluations/drafts.js'
import { createFakeScoring } from '../fixtures/fake-scoring.js'

const COUNT = 12

function setup(t: Test, answer: (request: ScoreRequest) => ReturnType<typeof resultOf> = resultOf) {
  const lines = Array.from({ length: COUNT }, (_, seed) => ({ request: { prompt: 'Who?', seed }, correct: seed < 6 }))
  const file = join(t.testdir(), 'facts.jsonl')
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const scoring = createFakeScoring(answer)
  const progress: Progress[] = []
  const tools: EvaluateTools = {
    scoring,
    scorers: SCORERS,
    engine: { models: () => [] },
    version: '1.2.3',
    now: () => 0,
    onProgress: (one) => progress.push(one),
    signal: new AbortController().signal
  }
  const run = (argv: string[] = [], changes: Partial<EvaluateTools> = {}) =>
    evaluateFile(readArguments(['evaluate', file, '--scorers', 'spread,certainty', ...argv], [])!, {
      ...tools,
      ...changes
    })
  return { file, scoring, progress, run }
}

t.test('tables and a page are written beside the file', async (t) => {
  const { file, run, progress } = setup(t)
  const { evaluation, files } = await run()
  t.same(
    files,
    ['json', 'md', 'html'].map((ending) => `${file}.evaluation.${ending}`)
  )
  t.same(JSON.parse(readFileSync(files[0]!, 'utf8')), JSON.parse(JSON.stringify(evaluation)))
  t.match(readFileSync(files[1]!, 'utf8'), /^# Evaluation of facts.jsonl\n/u)
  t.match(readFileSync(files[2]!, 'utf8'), /<svg /u)
  t.match(progress[0], { before: 0, done: 0, total: COUNT })
  t.match(progress.at(-1), { done: COUNT, total: COUNT })
})

t.test('a folder that is named for the tables is made when it is not there', async (t) => {
  const { file, run } = setup(t)
  const folder = join(dirname(file), 'new', 'tables')
  const { files } = await run(['--out', folder])
  t.ok(files.every((file) => file.startsWith(folder) && existsSync(file)))
})

t.test('a run that breaks off goes on where it stopped, with the same result', async (t) => {
  const whole = await setup(t).run()
  let allowed = 5
  const { run, scoring, progress, file } = setup(t, (request) => {
    if (allowed-- <= 0) throw new Error('the power is gone')
    return resultOf(request)
  })
  await t.rejects(run(), { message: 'the power is gone' })
  appendFileSync(`${file}.records.jsonl`, '{"key":"torn, rec')
  const asked = scoring.requests.length
  allowed = Infinity
  const resumed = await run()
  t.ok(scoring.requests.length - asked < COUNT, `${scoring.requests.length - asked}`)
  t.ok(progress.at(-1)!.before > 0)
  t.same(resumed.evaluation, whole.evaluation)
  const before = scoring.requests.length
  t.same((await run()).evaluation, whole.evaluation)
  t.equal(scoring.requests.length, before)
})

t.test('records of other settings are refused unless the run begins anew', async (t) => {
  const { run, scoring } = setup(t)
  await run()
  await t.rejects(run([], { version: '2.0.0' }), {
    name: 'RecordsError',
    message: /other settings \(version\)\. Add --fresh/u
  })
  const before = scoring.requests.length
  await run(['--fresh'], { version: '2.0.0' })
  t.equal(scoring.requests.length, before + COUNT)
})

t.test('only the first examples are asked, with the samples that were told', async (t) => {
  const { run, scoring } = setup(t)
  const { evaluation } = await run(['--limit', '3', '--samples', '4'])
  t.equal(evaluation.n, 3)
  t.same(
    scoring.requests.map(({ sampling }) => sampling),
    [{ n: 4 }, { n: 4 }, { n: 4 }]
  )
})

t.test('progress tells rate and rest', async (t) => {
  const at = { before: 2, total: 12 }
  t.equal(progressText({ ...at, done: 2, elapsedMs: 0 }), '2 of 12 examples')
  t.equal(progressText({ ...at, done: 7, elapsedMs: 2500 }), '7 of 12 examples, 2.0 a second, about 3 s left')
  t.equal(progressText({ ...at, done: 3, elapsedMs: 600_000 }), '3 of 12 examples, 600.0 s each, about 1.5 h left')
  t.equal(progressText({ ...at, done: 12, elapsedMs: 5000 }), '12 of 12 examples, 2.0 a second')
})

t.test('progress is told once a second, and at the end', async (t) => {
  let nowMs = 0
  const told: string[] = []
  const report = everySecond(
    (text) => told.push(text),
    () => nowMs
  )
  const at = { before: 0, total: 3, elapsedMs: 0 }
  report({ ...at, done: 0 })
  report({ ...at, done: 1 })
  nowMs = 1000
  report({ ...at, done: 2 })
  report({ ...at, done: 3 })
  t.same(told, ['0 of 3 examples', '2 of 3 examples', '3 of 3 examples'])
})
