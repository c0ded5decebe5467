/** Writes results.md: how our scorers compare with lm-polygraph and UQLM. Run: see README.md. */
import { writeFileSync } from 'node:fs'
import { packageRoot } from '../../src/package-root.js'
import { loadScorers } from '../../src/scorer-registry.js'
import { AGREEMENTS } from './agreements.js'
import { compareAll, largestGap, repeated, TOLERANCE, type Comparison, type Disagreement } from './comparison.js'
import { DISAGREEMENTS } from './disagreements.js'
import { readPeerFacts } from './facts.js'

const SHOWN_CASE = '6 samples'

const facts = readPeerFacts()
const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const head = (...cells: readonly string[]): string[] => [row(cells), row(cells.map(() => '---'))]

function callOf({ scorer, options }: Comparison | Disagreement): string {
  const given = Object.entries(options ?? {}).map(([name, value]) => `, ${name} ${String(value)}`)
  return `\`${scorer}\`${given.join('')}`
}

/** The next power of ten, as the last digits depend on the machine. */
function bound(gap: number): string {
  if (gap === 0) return '0'
  return `< 1e${Math.ceil(Math.log10(gap))}${gap > TOLERANCE ? ' (!)' : ''}`
}

async function agreementRow(one: Comparison): Promise<string> {
  const gap = largestGap(await compareAll(scorers, one, facts.cases))
  return row([one.peer, one.name, callOf(one), one.scaled ?? 'theirs', bound(gap)])
}

async function disagreementRow(one: Disagreement): Promise<string> {
  const shown = (await compareAll(scorers, one, facts.cases)).find(({ given }) => given.name === SHOWN_CASE)!
  const same = repeated(one)
  const gap = same === null ? 'cannot be' : bound(largestGap(await compareAll(scorers, same, facts.cases)))
  const numbers = [shown.theirs, shown.ours].map((value) => value.toFixed(6))
  return row([one.peer, one.name, callOf(one), one.scaled ?? 'theirs', ...numbers, one.topic, one.why, gap])
}

const versions = Object.entries(facts.versions).map(([name, version]) => `${name} ${version}`)
const lines = [
  '# Qualm beside lm-polygraph and UQLM',
  '',
  `Written by \`main.ts\` from ${facts.cases.length} cases (seed ${facts.seed}) with ${versions.join(', ')}.`,
  '',
  '## Same quantity, same evidence',
  '',
  ...head('peer', 'method', 'ours', 'should be', 'largest difference'),
  ...(await Promise.all(AGREEMENTS.map(agreementRow))),
  '',
  '## Where the peer errs or means something else',
  '',
  `Numbers of the case “${SHOWN_CASE}”. The last column: the largest difference over all cases once our scorer is brought`,
  'to the form of the peer, which shows that nothing else lies between the two. Topics are rows of formulas.md §16, or sections.',
  '',
  ...head('peer', 'method', 'ours', 'should be', 'that is', 'our value', 'topic', 'why', 'repeated'),
  ...(await Promise.all(DISAGREEMENTS.map(disagreementRow))),
  ''
]
writeFileSync(new URL('bench/peers/results.md', packageRoot()), lines.join('\n'))
