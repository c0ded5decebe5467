/** What the service is started with: it serves, prints its settings, or asks one that serves. Each loads only its own. */
import process from 'node:process'
import { parseArgs } from 'node:util'

const EXIT = { fault: 1, setup: 2 } as const
/** Less than a container allows the check. */
const HEALTH_TIMEOUT_MS = 2_500

const FLAGS = {
  help: { type: 'boolean', short: 'h' },
  healthcheck: { type: 'boolean' },
  livecheck: { type: 'boolean' }
} as const

function readFlags(): { readonly help?: boolean; readonly healthcheck?: boolean; readonly livecheck?: boolean } {
  try {
    return parseArgs({ options: FLAGS }).values
  } catch {
    const known = '--help, --healthcheck and --livecheck'
    const message = `Qualm takes ${known} only; settings are environment variables, see --help.\n`
    process.stderr.write(message)
    process.exit(EXIT.setup)
  }
}

/** Exits 0 when the service on this machine is ready, or, asked for `/livez`, when it lives. */
async function checkHealth(path: '/readyz' | '/livez'): Promise<void> {
  const { addressOf, isWell } = await import('./healthcheck.js')
  const well = await isWell(addressOf(process.env, process.cwd()), path, HEALTH_TIMEOUT_MS)
  if (!well) process.exitCode = EXIT.fault
}

const flags = readFlags()
if (flags.help === true) process.stdout.write((await import('./settings-table.js')).helpText())
else if (flags.healthcheck === true) await checkHealth('/readyz')
else if (flags.livecheck === true) await checkHealth('/livez')
else await (await import('./serve.js')).serve()
