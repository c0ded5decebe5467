import { Ajv } from 'ajv'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Static } from 'typebox'
import { aliasOf } from './engine/model-alias.js'
import { suggestion } from './nearest.js'
import { NAMES, schemaOf, Sections, Settings, snake, variableOf, type Config, type SettingName } from './settings.js'

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
