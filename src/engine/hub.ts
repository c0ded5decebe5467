/**
 * Files of hub models, kept in the layout `cacheDir/org/name/file`: the one that transformers.js itself keeps, so that
 * a folder filled by either serves both, and a downloaded model is a local folder from then on.
 */
import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { env } from '@xenova/transformers'
import { QualmError } from '../errors.js'

const HUB_ID = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/

/** True for `org/name` without anything that a path could misuse. */
export function isHubId(id: string): boolean {
  return HUB_ID.test(id) && !id.includes('..')
}

/** Where the files of a hub model are kept. */
export function hubFolder(cacheDir: string, id: string): string {
  return join(cacheDir, ...id.split('/'))
}

/**
 * Makes sure that one file of a hub model is on disk; downloads it when it is not. Resolves to false when the hub has
 * no such file, which is remembered: a model that was loaded once needs no network any more.
 * Throws QUALM_ERR_MODEL_UNAVAILABLE when the hub cannot be reached or refuses.
 */
export async function fetchHubFile(cacheDir: string, id: string, name: string): Promise<boolean> {
  const path = join(hubFolder(cacheDir, id), name)
  const absent = `${path}.absent`
  if (existsSync(path)) return true
  if (existsSync(absent)) return false
  const response = await request(id, name)
  if (response.status === 404) {
    await mkdir(dirname(absent), { recursive: true })
    await writeFile(absent, '')
    return false
  }
  if (!response.ok || response.body === null) throw refused(id, name, `the hub answered ${String(response.status)}`)
  await keep(path, response.body)
  return true
}

async function request(id: string, name: string): Promise<Response> {
  const path = env.remotePathTemplate.replaceAll('{model}', id).replaceAll('{revision}', 'main')
  const url = new URL(`${path.replace(/\/$/, '')}/${name}`, env.remoteHost)
  try {
    return await env.fetch(url)
  } catch (error) {
    throw refused(id, name, 'the hub could not be reached', error)
  }
}

/** Readers never meet half a file: it gets its name only once it is whole. */
async function keep(path: string, body: ReadableStream): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`
  await mkdir(dirname(path), { recursive: true })
  try {
    await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(unfinished))
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

function refused(id: string, name: string, why: string, cause?: unknown): QualmError {
  return new QualmError('QUALM_ERR_MODEL_UNAVAILABLE', `Model ${id}: ${name} was not downloaded, ${why}.`, { cause })
}
