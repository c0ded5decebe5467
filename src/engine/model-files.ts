/**
 * A model on disk, in transformers.js's layout: config.json, tokenizer.json, tokenizer_config.json and weights under
 * onnx/. Hub models are brought into that layout first (hub.ts). Messages name files within the model, never paths.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AutoTokenizer, LogLevel, env } from '@xenova/transformers'
import type { PreTrainedTokenizer } from '@xenova/transformers'
import { QualmError } from '../errors.js'
import { fetchHubFile, hubFolder, isHubId } from './hub.js'

/** Where a worker finds its model. `WorkerSettings` is one of these. */
export interface ModelPlace {
  /** Absolute folder, or a hub id when `remote`. */
  readonly location: string
  readonly remote: boolean
  readonly cacheDir: string
}

export interface ModelLocation extends ModelPlace {
  readonly source: 'embedded' | 'local' | 'hub'
}

export interface ModelChoice {
  /** Folder of the embedded models. */
  readonly modelsDir: string
  /** From the configuration: name of an embedded model, a folder, or `org/name` on the hub. */
  readonly id: string
  /** Whether downloads are allowed. */
  readonly remote: boolean
  readonly cacheDir: string
}

/** config.json, as written by whoever exported the model. */
export type ModelConfig = Readonly<Record<string, unknown>>

export interface WeightFile {
  /** Absolute path of the .onnx file. */
  readonly path: string
  /** transformers.js's name: fp32, fp16, q8, int8, uint8, q4, q4f16, bnb4. */
  readonly dtype: string
  /** Absolute paths of the external data files beside it; ONNX Runtime opens them by itself. */
  readonly dataFiles: readonly string[]
}

const SUFFIXES: Readonly<Record<string, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4'
}
const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'] as const
const OPTIONAL_FILES = ['generation_config.json', 'chat_template.jinja'] as const

/**
 * Finds a configured model. Only for names from the configuration: names from requests are looked up in the table of
 * aliases. Throws QUALM_ERR_MODEL_UNAVAILABLE when there is no such model.
 */
export function resolveModel({ modelsDir, id, remote, cacheDir }: ModelChoice): ModelLocation {
  const embedded = embeddedFolder(modelsDir, id)
  if (embedded !== null) return { source: 'embedded', location: embedded, remote: false, cacheDir }
  if (isFolder(id)) return { source: 'local', location: resolve(id), remote: false, cacheDir }
  if (!isHubId(id)) throw unavailable(`There is no model folder named ${basename(id)}.`)
  if (isFolder(hubFolder(cacheDir, id)) || remote) {
    return { source: 'hub', location: remote ? id : resolve(hubFolder(cacheDir, id)), remote, cacheDir }
  }
  throw unavailable(`Model ${id} is not on this machine and downloads are not allowed.`)
}

/** Reads config.json. Throws QUALM_ERR_MODEL_UNAVAILABLE when it is missing or not JSON. */
export async function loadConfig(place: ModelPlace): Promise<ModelConfig> {
  return readJson(await requireFile(place, 'config.json'))
}

/** Reads generation_config.json, or null when the model has none. */
export async function loadGenerationConfig(place: ModelPlace): Promise<ModelConfig | null> {
  const path = await findFile(place, 'generation_config.json')
  return path === null ? null : readJson(path)
}

/**
 * Finds the weights. `dtype` null takes the default that config.json names, then q8, then fp32.
 * Throws QUALM_ERR_MODEL_UNAVAILABLE naming the file that is missing, external data included.
 */
export async function weightFile(place: ModelPlace, config: ModelConfig, dtype: string | null): Promise<WeightFile> {
  const wanted = dtype === null ? [ownDtype(config), 'q8', 'fp32'].filter((name) => name !== null) : [dtype]
  for (const name of wanted) {
    const path = (await findFile(place, `onnx/${onnxName(name)}`)) ?? (await findFile(place, onnxName(name)))
    if (path !== null) return { path, dtype: name, dataFiles: await dataFiles(place, config, path) }
  }
  throw unavailable(`Model ${basename(place.location)} has no onnx/${onnxName(wanted[0] ?? 'fp32')}.`)
}

/**
 * SHA-256 that changes whenever the model does: over lines `<sha256>  <name>` of its config, tokenizer and weight
 * files, sorted by name, as `sha256sum` prints them. Reads every byte: about 0.15 s for 160 MB.
 */
export async function modelDigest(place: ModelPlace, weights: WeightFile): Promise<string> {
  const folder = modelFolder(place)
  const small = ['config.json', ...TOKENIZER_FILES, ...OPTIONAL_FILES].map((name) => join(folder, name))
  const paths = [...small.filter((path) => existsSync(path)), weights.path, ...weights.dataFiles]
  const names = new Map(paths.map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), path]))
  const digest = createHash('sha256')
  for (const name of [...names.keys()].sort()) digest.update(`${await fileDigest(names.get(name)!)}  ${name}\n`)
  return digest.digest('hex')
}

/**
 * Loads the tokenizer from disk through transformers.js. The chat template comes from tokenizer_config.json, else from
 * chat_template.jinja, where newer exports keep it. Throws QUALM_ERR_MODEL_UNAVAILABLE when a file is missing.
 */
export async function loadTokenizer(place: ModelPlace): Promise<PreTrainedTokenizer> {
  const folder = modelFolder(place)
  for (const name of TOKENIZER_FILES) await requireFile(place, name)
  keepToDisk(dirname(folder))
  const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
  const template = tokenizer.chat_template ? null : await findFile(place, 'chat_template.jinja')
  if (template !== null) tokenizer.chat_template = await readFile(template, 'utf8')
  return tokenizer
}

/** Everything is on disk by now, so transformers.js gets neither network nor a cache of its own. */
function keepToDisk(localModelPath: string): void {
  Object.assign(env, { localModelPath, allowLocalModels: true, allowRemoteModels: false, useFSCache: false })
  env.logLevel = LogLevel.ERROR
}

/** Absolute folder of the model; a hub model's may not be there yet. */
export function modelFolder(place: ModelPlace): string {
  return resolve(place.remote ? hubFolder(place.cacheDir, place.location) : place.location)
}

async function findFile(place: ModelPlace, name: string): Promise<string | null> {
  const path = join(modelFolder(place), name)
  if (existsSync(path)) return path
  return place.remote && (await fetchHubFile(place.cacheDir, place.location, name)) ? path : null
}

async function requireFile(place: ModelPlace, name: string): Promise<string> {
  const path = await findFile(place, name)
  if (path === null) throw unavailable(`Model ${basename(place.location)} has no ${name}.`)
  return path
}

async function readJson(path: string): Promise<ModelConfig> {
  const text = await readFile(path, 'utf8')
  try {
    return JSON.parse(text) as ModelConfig
  } catch (error) {
    throw new QualmError('QUALM_ERR_MODEL_UNAVAILABLE', `${basename(path)} is not valid JSON.`, { cause: error })
  }
}

function onnxName(dtype: string): string {
  const suffix = SUFFIXES[dtype]
  if (suffix === undefined) {
    throw unavailable(`There is no dtype ${dtype}; known are ${Object.keys(SUFFIXES).join(', ')}.`)
  }
  return `model${suffix}.onnx`
}

function ownSettings(config: ModelConfig): ModelConfig {
  return (config['transformers.js_config'] ?? {}) as ModelConfig
}

function ownDtype(config: ModelConfig): string | null {
  const { dtype } = ownSettings(config)
  const named = typeof dtype === 'object' && dtype !== null ? (dtype as ModelConfig)['model'] : dtype
  return typeof named === 'string' && named in SUFFIXES ? named : null
}

/** Declared files must be there; undeclared ones that follow a naming custom are taken along for the digest. */
async function dataFiles(place: ModelPlace, config: ModelConfig, path: string): Promise<readonly string[]> {
  const name = basename(path)
  const subfolder = basename(dirname(path)) === 'onnx' ? 'onnx/' : ''
  for (let i = 0; i < declaredCount(config, name); i++) {
    await requireFile(place, `${subfolder}${name}_data${i === 0 ? '' : `_${String(i)}`}`)
  }
  const beside = (await readdir(dirname(path))).filter((file) => file.startsWith(name))
  const data = beside.filter((file) => /^(_data(_\d+)?|\.data)$/.test(file.slice(name.length)))
  return data.sort().map((file) => join(dirname(path), file))
}

function declaredCount(config: ModelConfig, name: string): number {
  const setting = ownSettings(config)['use_external_data_format']
  if (typeof setting !== 'object' || setting === null) return Number(setting ?? 0)
  const perFile = setting as ModelConfig
  return Number(perFile[name] ?? perFile['model'] ?? 0)
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function embeddedFolder(modelsDir: string, id: string): string | null {
  if (!isFolder(modelsDir)) return null
  const name = readdirSync(modelsDir).find((entry) => entry.toLowerCase() === id.toLowerCase())
  const folder = name === undefined ? null : resolve(modelsDir, name)
  return folder !== null && isFolder(folder) ? folder : null
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function unavailable(message: string): QualmError {
  return new QualmError('QUALM_ERR_MODEL_UNAVAILABLE', message)
}

/** `decoder.type` of tokenizer.json, which tells how tokens become text; null when it names none. */
export async function tokenizerDecoderType(place: ModelPlace): Promise<string | null> {
  const { decoder } = await readJson(await requireFile(place, 'tokenizer.json'))
  const type = typeof decoder === 'object' && decoder !== null ? (decoder as ModelConfig)['type'] : null
  return typeof type === 'string' ? type : null
}
