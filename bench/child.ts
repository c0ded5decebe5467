/** Servers in processes of their own, so that they share neither heap nor event loop with the client that measures. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface Child {
  /** Without a slash at the end. */
  readonly url: string
  /** From the start of the process to the first 200 of `/readyz`. */
  readonly readyMs: number
  /** Ends the process and waits for it. */
  stop(): Promise<void>
}

const POLL_MS = 10
const LONGEST_START_MS = 120_000

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<number> {
  const start = performance.now()
  while (performance.now() - start < LONGEST_START_MS) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${String(child.exitCode)}`)
    if (await isReady(url)) return performance.now() - start
    await sleep(POLL_MS)
  }
  throw new Error(`the server was not ready after ${String(LONGEST_START_MS)} ms`)
}

/** The caller's environment without settings of Qualm, which would change what is measured. */
function cleanEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('QUALM_')))
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

async function start(file: URL, port: number, settings: Readonly<Record<string, string>>): Promise<Child> {
  const url = `http://127.0.0.1:${String(port)}`
  const child = spawn(process.execPath, ['--enable-source-maps', fileURLToPath(file)], {
    env: { ...cleanEnvironment(), ...settings },
    stdio: ['ignore', 'ignore', 'inherit']
  })
  try {
    const readyMs = await untilReady(url, child)
    return { url, readyMs, stop: () => end(child) }
  } catch (error) {
    await end(child)
    throw error
  }
}

/** Starts the service as `npm start` does, on a free port, silent, with a store of its own that goes with it. */
export async function startService(more: Readonly<Record<string, string>> = {}): Promise<Child> {
  const port = await freePort()
  const dataDir = await mkdtemp(join(tmpdir(), 'qualm-bench-'))
  const settings = { QUALM_PORT: String(port), QUALM_DATA_DIR: dataDir, QUALM_LOG_LEVEL: 'silent', ...more }
  const child = await start(new URL('../src/server.js', import.meta.url), port, settings)
  return {
    ...child,
    async stop() {
      await child.stop()
      await rm(dataDir, { recursive: true })
    }
  }
}

/** Starts the server that stands in for an upstream, on a free port. */
export async function startStreaming(): Promise<Child> {
  const port = await freePort()
  return start(new URL('./streaming-upstream.js', import.meta.url), port, { PORT: String(port) })
}

/** Starts the bare echo server on a free port. */
export async function startEcho(): Promise<Child> {
  const port = await freePort()
  return start(new URL('./echo-server.js', import.meta.url), port, { PORT: String(port) })
}
