/**
 * Runs the benchmarks and prints one Markdown table; the numbers behind it go to bench/results/latest.json.
 * Run: npm run bench [-- [--rounds N] [figure …]]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { costOfGNll } from './figures/cost-of-g-nll.js'
import { firstToken } from './figures/first-token.js'
import { footprint } from './figures/footprint.js'
import { oneMoreSample } from './figures/one-more-sample.js'
import { oneRequest } from './figures/one-request.js'
import { scorersAlone } from './figures/scorers-alone.js'
import { sixteenRequests } from './figures/sixteen-requests.js'
import { suppliedEvidence } from './figures/supplied-evidence.js'
import { tokenSpeed } from './figures/token-speed.js'
import { RESULTS_FOLDER } from './folders.js'
import { type Figure, isMet, type Line, markdownTable } from './line.js'
import { machineKind } from './machine.js'

const FIGURES: readonly Figure[] = [
  costOfGNll,
  oneRequest,
  sixteenRequests,
  oneMoreSample,
  suppliedEvidence,
  scorersAlone,
  firstToken,
  footprint,
  tokenSpeed
]
const DEFAULT_ROUNDS = '5'

interface Choice {
  readonly rounds: number
  readonly figures: readonly Figure[]
}

/** What the command line asks for. Throws an error that names what can be asked for. */
function choose(args: readonly string[]): Choice {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { rounds: { type: 'string', default: DEFAULT_ROUNDS } }
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1')
  const names = FIGURES.map((figure) => figure.name)
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`there is no figure ${unknown}; there are ${names.join(', ')}`)
  return { rounds, figures: FIGURES.filter(({ name }) => positionals.length === 0 || positionals.includes(name)) }
}

function save(machine: string, rounds: number, lines: readonly Line[]): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const results = { machine, rounds, lines: lines.map((line) => ({ ...line, met: isMet(line) })) }
  writeFileSync(new URL('latest.json', RESULTS_FOLDER), `${JSON.stringify(results, null, 2)}\n`)
}

const { rounds, figures } = choose(process.argv.slice(2))
const machine = machineKind()
const lines: Line[] = []
for (const figure of figures) {
  console.error(`measuring ${figure.name}`)
  lines.push(...(await figure.measure(rounds)))
}
save(machine, rounds, lines)
console.log(`${machine}; median (least–greatest) of ${String(rounds)} rounds\n\n${markdownTable(lines)}`)
