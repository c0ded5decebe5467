import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createClient, type Client } from '@libsql/client'
import { storeError, StoreFault, toFault } from './faults.js'
import { migrate } from './migrations.js'

/** Between two attempts to take a lock. The native client would wait too, but with the event loop stopped. */
const RETRY_MS = 15

interface OpenFile {
  readonly client: Client
  /** Identity of the file, to notice that it was replaced. */
  readonly inode: number
}

/**
 * The way to one SQLite file: opens it on first use and again after it failed, waits for locks without blocking the
 * event loop, and remembers what is wrong.
 */
export class Connection {
  readonly #path: string
  readonly #busyWaitMs: number
  #opening: Promise<OpenFile> | null = null
  #generation = 0
  #readProblem: string | null = null
  #writeProblem: string | null = null
  #closed = false

  constructor(path: string, busyWaitMs: number) {
    this.#path = path
    this.#busyWaitMs = busyWaitMs
  }

  /** What is wrong and what to do, or null. A failed write stays known until a write succeeds. */
  problem(): string | null {
    return this.#readProblem ?? this.#writeProblem
  }

  /** Counts how often the file was opened: what was cached of an earlier file may not hold for this one. */
  get generation(): number {
    return this.#generation
  }

  /** Opens the file; a failure is kept for `problem()` and not thrown. */
  async tryOpen(): Promise<void> {
    await this.read(async () => undefined).catch(() => undefined)
  }

  /** Runs `work` on the open file. Throws QUALM_ERR_STORE. */
  async read<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const result = await this.#attempt(
      async () => work(await this.#client()),
      (problem) => {
        this.#readProblem = problem
      }
    )
    this.#readProblem = null
    return result
  }

  /**
   * Runs `work` that changes the file, in a client of its own: the native client cannot commit any more once a lock was
   * refused to it, and readers shall not wait for writers. Throws QUALM_ERR_STORE.
   */
  async write<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const result = await this.#attempt(
      async () => this.#apart(work),
      (problem) => {
        this.#writeProblem = problem
      }
    )
    this.#readProblem = this.#writeProblem = null
    return result
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#drop()
  }

  async #attempt<T>(work: () => Promise<T>, note: (problem: string) => void): Promise<T> {
    try {
      if (this.#closed) throw new StoreFault('closed')
      return await this.#patiently(work)
    } catch (error) {
      const fault = toFault(error)
      note(fault.message)
      throw storeError(fault)
    }
  }

  async #apart<T>(work: (client: Client) => Promise<T>): Promise<T> {
    await this.#client()
    const client = await openClient(this.#path)
    try {
      return await work(client)
    } finally {
      client.close()
    }
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
      try {
        return await work()
      } catch (error) {
        if (toFault(error).fault !== 'busy' || waitedMs >= this.#busyWaitMs) throw error
        await delay(RETRY_MS)
      }
    }
  }

  async #client(): Promise<Client> {
    this.#opening ??= this.#open()
    const opening = this.#opening
    try {
      const { client, inode } = await opening
      if ((await inodeOf(this.#path)) !== inode) throw new StoreFault('gone')
      return client
    } catch (error) {
      if (this.#opening === opening) await this.#drop()
      throw error
    }
  }

  async #open(): Promise<OpenFile> {
    const client = await openClient(this.#path)
    try {
      await client.execute('PRAGMA journal_mode = WAL')
      await migrate(client)
      this.#generation++
      return { client, inode: (await inodeOf(this.#path)) ?? 0 }
    } catch (error) {
      client.close()
      throw error
    }
  }

  async #drop(): Promise<void> {
    const opening = this.#opening
    this.#opening = null
    const file = await opening?.catch(() => null)
    file?.client.close()
  }
}

/** The native client reports a failed open without a code, so whatever goes wrong here is named here. */
async function openClient(path: string): Promise<Client> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return createClient({ url: pathToFileURL(path).href })
  } catch (error) {
    const fault = toFault(error)
    throw fault.fault === 'other' ? new StoreFault('unreachable', error) : fault
  }
}

/** Null when the file is not there. */
async function inodeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ ino }) => ino,
    () => null
  )
}
