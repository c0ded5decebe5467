/** What the command is told. */
import { parseArgs } from 'node:util'
import type { EvaluationRequest } from '../schemas/evaluation.js'

/** Arguments of `qualm evaluate`. */
export interface EvaluateArguments {
  readonly file: string
  /** Folder of records and tables; null: beside the file. */
  readonly out: string | null
  readonly choice: Pick<EvaluationRequest, 'scorers' | 'preset' | 'options' | 'model'>
  /** Said before every bare question. */
  readonly system: string | null
  /** Samples per question; null: as the preset or the service has it. */
  readonly samples: number | null
  /** Examples from the start of the file; null: all. */
  readonly limit: number | null
  /** Throw away the records of a former run. */
  readonly fresh: boolean
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const USAGE = `Usage: qualm evaluate FILE [options]
       qualm doctor [ALIAS…]

Answers and scores the labelled examples in FILE with the embedded models and writes how well every score tells wrong
answers from right ones: FILE.evaluation.json, .md and .html. A run that breaks off goes on when it is started again.

FILE has one JSON object a line:
  {"question": "…", "answers": ["…"]}        right when the answer contains one of them as whole words
  {"question": "…", "answer": "…", "correct": true}
  {"request": {a /v1/score body}, "correct": true | 0.7}   or with "answers"

  --scorers a,b     scores to evaluate, or "all"; names are in GET /v1/scorers
  --preset NAME     instead: instant, fast, balanced (default) or thorough
  --options JSON    options per score: '{"semantic_entropy": {"variant": "discrete"}}'
  --model NAME      embedded language model for requests that name none; for upstreams: POST /v1/evaluations
  --system TEXT     put before every bare question
  --samples N       samples per question
  --limit N         only the first N examples
  --out FOLDER      where to write; default: beside FILE
  --fresh           begin anew instead of going on
  -h, --help        show this

qualm doctor tells what upstreams can do: see qualm doctor --help.

Settings are the environment variables of the service, such as QUALM_MODELS_DIR.
`

const DOCTOR_USAGE = `Usage: qualm doctor [ALIAS…]

Asks every upstream of the configuration, or those named, what it can do, by some six short calls each, all at once and
for 15 s at most. Prints a table, in which ? is what was not found out, and names the scores that will be skipped.

  -h, --help        show this

Exit codes:
  0    all said what they can do, or no upstream is configured
  2    an argument is wrong, such as an alias that is not there
  3    one could not be reached, refused to answer or took too long; the table says why
  130  interrupted

Upstreams stand in the file that QUALM_CONFIG names, keys in the variables that api_key_env names there.
`

/** What `--help` shows beside these arguments. */
export const usageFor = ([command]: readonly string[]): string => (command === 'doctor' ? DOCTOR_USAGE : USAGE)

const FLAGS = {
  scorers: { type: 'string' },
  preset: { type: 'string' },
  options: { type: 'string' },
  model: { type: 'string' },
  system: { type: 'string' },
  samples: { type: 'string' },
  limit: { type: 'string' },
  out: { type: 'string' },
  fresh: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }
} as const

const PRESET_NAMES = ['instant', 'fast', 'balanced', 'thorough'] as const

function count(name: string, text: string | undefined, most: number): number | null {
  if (text === undefined) return null
  const value = Number(text)
  if (/^[1-9]\d*$/u.test(text) && value <= most) return value
  throw new UsageError(`--${name} is a whole number from 1 to ${most}`)
}

function presetOf(text: string): (typeof PRESET_NAMES)[number] {
  const preset = PRESET_NAMES.find((name) => name === text)
  if (preset !== undefined) return preset
  throw new UsageError(`--preset is one of ${PRESET_NAMES.join(', ')}`)
}

function optionsOf(text: string): Record<string, Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = (each: unknown) => typeof each === 'object' && each !== null && !Array.isArray(each)
    if (isObject(value) && Object.values(value as object).every(isObject)) {
      return value as Record<string, Record<string, unknown>>
    }
  } catch {
    throw new UsageError('--options is not valid JSON')
  }
  throw new UsageError('--options is a JSON object with one object per score')
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** `all` names every score that asks for nothing but questions; `known` has them. */
function scorersOf(text: string, known: readonly string[]): string[] {
  return text === 'all' ? [...known] : text.split(',').map((name) => name.trim())
}

/**
 * Aliases after `qualm doctor`; none means all. Null when help is asked for, or when it is another command. Throws
 * `UsageError`.
 */
export function readDoctor(argv: readonly string[]): readonly string[] | null {
  const [command, ...rest] = argv
  if (command !== 'doctor' || rest.includes('--help') || rest.includes('-h')) return null
  const option = rest.find((word) => word.startsWith('-'))
  if (option !== undefined) throw new UsageError(`doctor takes aliases only, not ${option}`)
  return rest
}

/**
 * The arguments after `qualm`; null when help is asked for. Throws `UsageError`.
 * @param everyScorer what `--scorers all` stands for
 */
export function readArguments(argv: readonly string[], everyScorer: readonly string[]): EvaluateArguments | null {
  const { values, positionals } = parsed(argv)
  if (values.help === true) return null
  const [command, file, ...rest] = positionals
  if (command !== 'evaluate')
    throw new UsageError(`"${command ?? ''}" is not a command; there are: evaluate FILE, doctor [ALIAS…]`)
  if (file === undefined || rest.length > 0) throw new UsageError('evaluate takes one FILE')
  if (values.scorers !== undefined && values.preset !== undefined) throw new UsageError('name --scorers or --preset')
  const { scorers, preset, options, model } = values
  return {
    file,
    out: values.out ?? null,
    choice: {
      ...(scorers === undefined ? {} : { scorers: scorersOf(scorers, everyScorer) }),
      ...(preset === undefined ? {} : { preset: presetOf(preset) }),
      ...(options === undefined ? {} : { options: optionsOf(options) }),
      ...(model === undefined ? {} : { model })
    },
    system: values.system ?? null,
    samples: count('samples', values.samples, 100),
    limit: count('limit', values.limit, 1_000_000),
    fresh: values.fresh ?? false
  }
}
