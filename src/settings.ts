/** Every setting: its type, bounds and default, in the environment and in the file. */
import Type, { type Static, type TSchema } from 'typebox'
import { LISTEN_DEFAULTS } from './listen.js'
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
export const Sections = Type.Object(
  { upstreams: Upstreams, chat: Type.Optional(ChatSettings) },
  { additionalProperties: false }
)

/** All settings, typed and frozen. Paths are absolute; times in milliseconds, sizes in bytes. */
export type Config = Readonly<Static<typeof Settings>> & { readonly upstreams: Upstreams; readonly chat?: ChatSettings }
export type SettingName = keyof typeof Settings.properties

/** Every setting. */
export const NAMES = Object.keys(Settings.properties) as SettingName[]
/** Key of a setting in the file: `queue_limit`. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
/** Schema of one setting. */
export const schemaOf = (name: SettingName) => Settings.properties[name] as TSchema & { readonly type: string }

/** Name of the environment variable of a setting, e.g. `QUALM_QUEUE_LIMIT`. */
export const variableOf = (name: SettingName): string => `QUALM_${snake(name).toUpperCase()}`
