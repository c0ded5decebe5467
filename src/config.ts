import { Ajv } from 'ajv'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import Type, { type Static, type TSchema } from 'typebox'
import { LISTEN_DEFAULTS } from './listen.js'
import { aliasOf } from './engine/model-alias.js'
import { suggestion } from './nearest.js'
import { ChatSettings } from './schemas/chat.js'
import { Upstreams } from './upstreams/settings.js'

const MEGABYTE = 1_048_576
const words = <const T extends readonly string[]>(values: T, options: { default: T[number]; description: string }) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: values, ...options })
const integer = (minimum: number, maximum: number, preset: number, description: string) =>
  Type.Integer({ minimum, maximum, default: preset, description })
const text = (preset: string, description: string) => Type.String({ minLength: 1, default: preset, description })

/**
 * Every setting: type, bounds, default, and what raising it does. The variable of `queueLimit` is `QUALM_QUEUE_LIMIT`,
 * its key in the file is `queue_limit`. A path that is set is relative to the working directory, a default one to
 * Qualm's own folder.
 */
export const Settings = Type.Object(
  {
    host: text(
      LISTEN_DEFAULTS.host,
      'Address to listen on. `0.0.0.0` opens the service to the network; nothing asks for a key.'
    ),
    port: integer(0, 65_535, LISTEN_DEFAULTS.port, 'Port to listen on. 0 takes a free one and logs it.'),
    dataDir: text('data', 'Folder of the SQLite file that keeps policies. Made when it is absent.'),
    storeUrl: Type.String({
      pattern: '^(postgres(ql)?://.+)?$',
      default: '',
      description:
        'PostgreSQL for several services on one store: `postgres://user:password@host/database`. Empty: SQLite.'
    }),
    modelsDir: text('models', "Folder of the model folders, each in transformers.js's layout."),
    languageModel: text(
      'SmolLM2-135M-Instruct',
      'Folder name below the models folder, a path, or a hub id. `none`: load none, upstreams do the writing.'
    ),
    entailmentModel: text(
      'MiniLM-L6-entailment',
      'As above: the model that compares meanings. `none`: scores that need it are not had.'
    ),
    embeddingModel: text('all-MiniLM-L6-v2', 'As above: the model that turns texts into vectors.'),
    defaultModel: Type.String({
      maxLength: 128,
      default: '',
      description: 'Alias of the language model for requests that name none. Empty: the one loaded here, if any.'
    }),
    allowDownloads: Type.Boolean({ default: false, description: 'Fetch hub ids at start. Off: local folders only.' }),
    threads: integer(0, 256, 0, 'Cores that the models use. 0: all. More is faster until cores are short.'),
    maxRows: integer(
      1,
      256,
      32,
      'Sequences decoded together. More raises throughput, memory and the time of each step.'
    ),
    maxBatchTokens: integer(64, 131_072, 256, 'Padded tokens of one encoder batch. More makes other work wait longer.'),
    promptCacheBytes: integer(0, 16_384 * MEGABYTE, 256 * MEGABYTE, 'Memory for kept prompts. More spares prefills.'),
    maxActive: integer(1, 4096, 16, 'Requests that use models at once. More shares the cores among more of them.'),
    maxRemoteActive: integer(1, 4096, 256, 'Requests that wait for upstreams at once. More takes memory, not cores.'),
    queueLimit: integer(0, 100_000, 256, 'Requests that may wait; the next one gets 503. More wait longer.'),
    deadlineMs: integer(100, 600_000, 60_000, 'Time a request may take when its body names no deadline.'),
    maxSamples: integer(1, 100, 64, 'Samples one request may ask for. More costs rows and comparisons.'),
    maxPairs: integer(0, 1_000_000, 12_000, 'Comparisons one request may need at worst. More delays others.'),
    bodyLimitBytes: integer(1024, 1024 * MEGABYTE, 8 * MEGABYTE, 'Largest JSON body. More takes memory per request.'),
    lineLimitBytes: integer(1024, 1024 * MEGABYTE, 8 * MEGABYTE, 'Longest NDJSON line; a longer one fails alone.'),
    lineConcurrency: integer(1, 256, 8, 'Lines of one NDJSON request scored at once. More crowds out others.'),
    maxEventLoopDelayMs: integer(0, 60_000, 2000, 'Answer 503 while the event loop lags more than this. 0: never.'),
    drainDelayMs: integer(0, 600_000, 0, 'Wait between not-ready and closing, so that load balancers notice.'),
    drainTimeoutMs: integer(0, 600_000, 25_000, 'Time running requests get after that; then they get 503.'),
    logLevel: words(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      default: 'info',
      description: 'Least severe level that is logged. Probes are logged at debug.'
    }),
    langfuseUrl: Type.String({
      pattern: '^(https?://[^\\s?#]+)?$',
      default: '',
      description: 'Langfuse to tell scores to; keys in `LANGFUSE_PUBLIC_KEY`, `LANGFUSE_SECRET_KEY`. Empty: none.'
    }),
    logContent: Type.Boolean({
      default: false,
      description: 'Put prompts, answers and texts of unexpected errors into the log. Off: never.'
    })
  },
  { additionalProperties: false }
)

/** What only the file can say: whole objects. The key in the file is the name here. */
const Sections = Type.Object(
  { upstreams: Upstreams, chat: Type.Optional(ChatSettings) },
  { additionalProperties: false }
)

/** All settings, typed and frozen. Paths are absolute; times in milliseconds, sizes in bytes. */
export type Config = Readonly<Static<typeof Settings>> & { readonly upstreams: Upstreams; readonly chat?: ChatSettings }
export type SettingName = keyof typeof Settings.properties

/** Where settings come from. `root` is the folder of Qualm's package.json. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly root: string
}

/** Settings that cannot be used. `message` lists every fault, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`Qualm cannot start:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

const FILE_VARIABLE = 'QUALM_CONFIG'
const PATHS = ['dataDir', 'modelsDir'] as const satisfies readonly SettingName[]
const NAMES = Object.keys(Settings.properties) as SettingName[]
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const schemaOf = (name: SettingName) => Settings.properties[name] as TSchema & { readonly type: string }

/** Name of the environment variable of a setting, e.g. `QUALM_QUEUE_LIMIT`. */
export const variableOf = (name: SettingName): string => `QUALM_${snake(name).toUpperCase()}`

type Values = Partial<Record<SettingName, unknown>>
interface Read {
  readonly values: Values
  readonly faults: readonly string[]
}
interface ReadFile extends Read {
  readonly sections: Readonly<Record<string, unknown>>
}

/** Numbers and switches written as text; whatever cannot be read stays text and fails the schema. */
function fromText(name: SettingName, value: string): unknown {
  const { type } = schemaOf(name)
  if (type === 'integer') return /^-?\d{1,15}$/.test(value) ? Number(value) : value
  if (type !== 'boolean') return value
  if (value === 'true' || value === '1') return true
  return value === 'false' || value === '0' ? false : value
}

function readEnvironment(env: ConfigSources['env']): Read {
  const byVariable = new Map(NAMES.map((name) => [variableOf(name), name]))
  const values: Values = {}
  const faults: string[] = []
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('QUALM_') || variable === FILE_VARIABLE) continue
    const name = byVariable.get(variable)
    if (name === undefined) {
      faults.push(`${variable} is not a setting${suggestion(variable, [...byVariable.keys(), FILE_VARIABLE])}`)
    } else if (value !== undefined && value !== '') values[name] = fromText(name, value)
  }
  return { values, faults }
}

function parseFile(path: string): Record<string, unknown> | string {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    return isObject ? (parsed as Record<string, unknown>) : `${FILE_VARIABLE}: the file must hold one JSON object`
  } catch (error) {
    if (error instanceof SyntaxError) return `${FILE_VARIABLE}: it is not valid JSON`
    return `${FILE_VARIABLE}: it cannot be read (${(error as NodeJS.ErrnoException).code})`
  }
}

function readFile(path: string | undefined, cwd: string): ReadFile {
  if (path === undefined || path === '') return { values: {}, sections: {}, faults: [] }
  const content = parseFile(resolve(cwd, path))
  if (typeof content === 'string') return { values: {}, sections: {}, faults: [content] }
  const byKey = new Map(NAMES.map((name) => [snake(name), name]))
  const known = Object.entries(content).filter(([key]) => byKey.has(key))
  const isSection = (key: string): boolean => key in Sections.properties
  const unknown = Object.keys(content).filter((key) => !byKey.has(key) && !isSection(key))
  const names = [...byKey.keys(), ...Object.keys(Sections.properties)]
  return {
    values: Object.fromEntries(known.map(([key, value]) => [byKey.get(key)!, value])),
    sections: Object.fromEntries(Object.entries(content).filter(([key]) => isSection(key))),
    faults: unknown.map((key) => `${FILE_VARIABLE}: ${key} is not a setting${suggestion(key, names)}`)
  }
}

const ajv = new Ajv({ allErrors: true, strictTypes: false })
const validate = ajv.compile(Settings)
const validateSections = ajv.compile(Sections)

const NO_SECTIONS: Static<typeof Sections> = { upstreams: {} }

/** What the schema says against the objects of the file, with the place in the file. */
function sectionFaults(sections: unknown): readonly string[] {
  if (validateSections(sections)) return []
  return (validateSections.errors ?? []).map(({ instancePath, message, params }) => {
    const unknown: unknown = params['additionalProperty']
    const allowed: unknown = params['allowedValues']
    const more = typeof unknown === 'string' ? ` (${unknown})` : Array.isArray(allowed) ? `: ${allowed.join(', ')}` : ''
    return `${FILE_VARIABLE}: ${instancePath} ${message}${more}`
  })
}

/** What the schema says against a value, in words that name the variable. */
function schemaFaults(values: Values): readonly string[] {
  if (validate(values)) return []
  return (validate.errors ?? []).map((error) => {
    const name = error.instancePath.slice(1) as SettingName
    const allowed: unknown = error.params['allowedValues']
    return `${variableOf(name)} ${error.message}${Array.isArray(allowed) ? `: ${allowed.join(', ')}` : ''}`
  })
}

/** `none` in place of a model. */
const NO_MODEL = 'none'

/** The models to load; null: none for that role. */
export function loadedModels(config: Pick<Config, 'languageModel' | 'entailmentModel' | 'embeddingModel'>) {
  const loaded = (id: string): string | null => (id === NO_MODEL ? null : id)
  return {
    languageModel: loaded(config.languageModel),
    entailmentModel: loaded(config.entailmentModel),
    embeddingModel: loaded(config.embeddingModel)
  }
}

/** A default that is neither loaded here nor an upstream would fail every request that names no model. */
function defaultModelFaults(
  { defaultModel, languageModel }: Values,
  sections: { readonly upstreams: object | null }
): readonly string[] {
  if (typeof defaultModel !== 'string' || defaultModel === '' || typeof languageModel !== 'string') return []
  const here = languageModel === NO_MODEL ? [] : [aliasOf(languageModel)]
  const aliases = [...here, ...Object.keys(sections.upstreams ?? {})]
  if (aliases.includes(defaultModel)) return []
  const there = aliases.length === 0 ? 'there is none' : `there are: ${aliases.join(', ')}`
  return [`${variableOf('defaultModel')} names no language model; ${there}`]
}

/**
 * Reads the environment (which wins) and the file that `QUALM_CONFIG` names.
 * Throws `ConfigError` with all faults together: unknown names, wrong types, values out of bounds.
 */
export function loadConfig({ env, cwd, root }: ConfigSources): Config {
  const fromFile = readFile(env[FILE_VARIABLE], cwd)
  const fromEnv = readEnvironment(env)
  const given: Values = { ...fromFile.values, ...fromEnv.values }
  const sections = { ...NO_SECTIONS, ...fromFile.sections }
  const faults = [
    ...fromFile.faults,
    ...fromEnv.faults,
    ...schemaFaults({ ...plainDefaults(), ...given }),
    ...sectionFaults(sections),
    ...defaultModelFaults({ ...plainDefaults(), ...given }, sections)
  ]
  if (faults.length > 0) throw new ConfigError(faults)
  const values = { ...defaults(), ...given, ...sections } as Config
  const paths = PATHS.map((name) => [name, resolve(name in given ? cwd : root, values[name])])
  return Object.freeze({ ...values, ...(Object.fromEntries(paths) as Pick<Config, (typeof PATHS)[number]>) })
}

/** Every setting at its default, paths not yet resolved. */
export function defaults(): Config {
  return { ...plainDefaults(), ...NO_SECTIONS } as Config
}

function plainDefaults(): Values {
  return Object.fromEntries(NAMES.map((name) => [name, schemaOf(name)['default' as never]]))
}
