/** `qualm evaluate`: a labelled file in, tables and a page out. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Engine } from '../engine/engine.js'
import { chooseScorers, type Choice } from '../evaluations/choice.js'
import { CONCURRENT_EXAMPLES, requireScores } from '../evaluations/evaluations.js'
import type { EvaluationRecord } from '../evaluations/record.js'
import { evaluationMarkdown } from '../evaluations/report/markdown.js'
import { evaluationPage } from '../evaluations/report/page.js'
import { checkLabels, scoreExample } from '../evaluations/score-example.js'
import { tabulate } from '../evaluations/tabulate.js'
import { mapBounded } from '../policies/bounded.js'
import type { EvaluationBody, EvaluationExample } from '../schemas/evaluation.js'
import type { Scorer } from '../scorer.js'
import type { Scoring } from '../scoring/scoring.js'
import type { EvaluateArguments } from './arguments.js'
import type { Progress } from './progress.js'
import { readExamples } from './read-examples.js'
import { RecordsFile, type Settings } from './records-file.js'

/** What the command works with. */
export interface EvaluateTools {
  readonly scoring: Scoring
  readonly scorers: ReadonlyMap<string, Scorer>
  readonly engine: Pick<Engine, 'models'>
  /** Version of Qualm. */
  readonly version: string
  /** Milliseconds, from any start. */
  readonly now: () => number
  readonly onProgress: (progress: Progress) => void
  readonly signal: AbortSignal
}

/** Files that were written, and what is in them. */
export interface Evaluated {
  readonly evaluation: EvaluationBody
  readonly files: readonly string[]
}

/** Examples with the number of samples that the command was told, unless they say themselves. */
function withSamples(examples: readonly EvaluationExample[], samples: number | null): readonly EvaluationExample[] {
  if (samples === null) return examples
  return examples.map((example) => {
    const own = example.request['sampling']
    return { ...example, request: { ...example.request, sampling: { n: samples, ...(own as object | undefined) } } }
  })
}

/** Only examples that are read again under these are known from their records. */
function settingsOf(choice: Choice, { engine, version }: EvaluateTools): Settings {
  const models = engine.models().map(({ role, id, digest }) => ({ role, id, digest }))
  return { version, models, fields: choice.fields, options: choice.options, model: choice.model }
}

async function score(
  examples: readonly EvaluationExample[],
  choice: Choice,
  records: RecordsFile,
  { scoring, now, onProgress, signal }: EvaluateTools
): Promise<readonly EvaluationRecord[]> {
  const before = examples.filter((example, i) => records.of(example, i) !== null).length
  const startedMs = now()
  let done = before
  const report = (): void => onProgress({ before, done, total: examples.length, elapsedMs: now() - startedMs })
  report()
  return mapBounded(examples, CONCURRENT_EXAMPLES, signal, async (example, index, either) => {
    const known = records.of(example, index)
    if (known !== null) return known
    const record = await scoreExample(scoring, choice, { example, index }, either)
    records.add(example, record)
    done++
    report()
    return record
  })
}

/** Runs the command. Throws `ExamplesError`, `RecordsError`, coded errors of scoring, and what the file system throws. */
export async function evaluateFile(args: EvaluateArguments, tools: EvaluateTools): Promise<Evaluated> {
  const choice = chooseScorers(args.choice, tools.scorers)
  const all = readExamples(readFileSync(args.file, 'utf8'), args.system)
  const examples = withSamples(all.slice(0, args.limit ?? all.length), args.samples)
  checkLabels(examples)
  const folder = args.out ?? dirname(args.file)
  mkdirSync(folder, { recursive: true })
  const stem = join(folder, basename(args.file))
  const records = RecordsFile.open(`${stem}.records.jsonl`, settingsOf(choice, tools), args.fresh)
  const scored = await score(examples, choice, records, tools)
  requireScores(scored)
  const evaluation = await tabulate(scored, choice)
  const title = `Evaluation of ${basename(args.file)}`
  const texts = {
    json: `${JSON.stringify(evaluation, null, 1)}\n`,
    md: evaluationMarkdown(title, evaluation),
    html: evaluationPage(title, evaluation)
  }
  const files = Object.entries(texts).map(([ending, text]) => {
    const file = `${stem}.evaluation.${ending}`
    writeFileSync(file, text)
    return file
  })
  return { evaluation, files }
}
