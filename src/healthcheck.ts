/** `--healthcheck` and `--livecheck`, for containers without a shell. Runs every few seconds, so it loads next to nothing. */
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { resolve } from 'node:path'
import { LISTEN_DEFAULTS } from './listen.js'

/** Where the service on this machine listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/**
 * The address from the settings: the environment, then the file that `QUALM_CONFIG` names, then the defaults. They are
 * not checked here: the service that is asked has read them too. Throws what reading the file throws.
 */
export function addressOf(env: Readonly<Record<string, string | undefined>>, cwd: string): Address {
  const path = env['QUALM_CONFIG'] || null
  const file = path === null ? {} : (JSON.parse(readFileSync(resolve(cwd, path), 'utf8')) as Partial<Address>)
  const host = env['QUALM_HOST'] || (file.host ?? LISTEN_DEFAULTS.host)
  const port = Number(env['QUALM_PORT'] || (file.port ?? LISTEN_DEFAULTS.port))
  return { host: EVERY_ADDRESS.has(host) ? '127.0.0.1' : host, port }
}

/** Whether the service there answers in time, with status 200. Never fails. */
export function isWell({ host, port }: Address, path: string, timeoutMs: number): Promise<boolean> {
  return new Promise((settle) => {
    const request = get({ host, port, path, agent: false, timeout: timeoutMs }, ({ statusCode }) => {
      settle(statusCode === 200)
      request.destroy()
    })
    request.on('timeout', () => request.destroy(new Error('No answer in time')))
    request.on('error', () => settle(false))
  })
}
