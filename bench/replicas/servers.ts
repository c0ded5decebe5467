/** Servers of the replica benchmark, each in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export type Settings = Readonly<Record<string, string>>

export interface Server {
  /** Without a slash at the end. */
  readonly url: string
  readonly pid: number
}

const POLL_MS = 50

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

async function untilItAnswers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`${url}/livez`).catch(() => null)
    if (answer !== null && answer.ok) return
    await sleep(POLL_MS)
  }
  throw new Error(`a server ended with code ${String(child.exitCode)}`)
}

/** Processes that end together, the last one first. */
export class Servers {
  readonly #ends: (() => Promise<unknown>)[] = []

  /** Does `end` before whatever was started earlier ends. */
  atEnd(end: () => Promise<unknown>): void {
    this.#ends.push(end)
  }

  /** Starts a script with these settings and nothing else of the caller's environment but its path. */
  launch(file: URL, settings: Settings): ChildProcess {
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [fileURLToPath(file)], {
      env: { PATH, ...settings },
      stdio: ['ignore', 'ignore', 'inherit']
    })
    this.atEnd(async () => {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    })
    return child
  }

  /** Starts a server on a free port and waits until it answers. */
  async serve(file: URL, settings: (port: string) => Settings): Promise<Server> {
    const port = String(await freePort())
    const child = this.launch(file, settings(port))
    const url = `http://127.0.0.1:${port}`
    await untilItAnswers(url, child)
    return { url, pid: child.pid! }
  }

  async end(): Promise<void> {
    for (const end of this.#ends.reverse()) await end()
  }
}
