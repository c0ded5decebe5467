/**
 * Cost of 1 000 answers for each preset, from what the embedded models do for them and prices that you state.
 * Run: npm run bench:preset-cost [-- --questions N --vcpu-hour P --input P --output P]
 */
import { parseArgs } from 'node:util'
import { measurePresets, type PresetUse } from './figures/preset-cost.js'
import { machineKind } from './machine.js'
import { shown } from './spread.js'

const SECONDS_PER_HOUR = 3_600
const PER_MILLION = 1_000_000
const ANSWERS = 1_000

/** In one currency: an hour of one vCPU, and a million tokens that an upstream reads and writes. */
interface Prices {
  readonly vcpuHour: number
  readonly input: number
  readonly output: number
}

const OPTIONS = {
  questions: { type: 'string', default: '10' },
  'vcpu-hour': { type: 'string', default: '0.04' },
  input: { type: 'string', default: '0.15' },
  output: { type: 'string', default: '0.60' }
} as const

/** A number from 0. Throws an error that names the option. */
function amount(name: keyof typeof OPTIONS, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new Error(`--${name} takes a number from 0`)
  return value
}

/** Everything on vCPUs of one's own. */
function ownCost({ cpuSeconds }: PresetUse, { vcpuHour }: Prices): number {
  return (ANSWERS * cpuSeconds * vcpuHour) / SECONDS_PER_HOUR
}

/**
 * CPU-seconds that stay when the language model is elsewhere: those of the service itself, which the cheapest preset shows,
 * and the encoders' part of the rest by the time that models ran, as all of them use the same threads.
 */
function withoutLanguage({ cpuSeconds, languageShare }: PresetUse, serviceSeconds: number): number {
  return serviceSeconds + (cpuSeconds - serviceSeconds) * (1 - languageShare)
}

/** Tokens from an upstream that bills a prompt once for all its samples; `cpuSeconds` on vCPUs of one's own. */
function upstreamCost(use: PresetUse, cpuSeconds: number, { input, output, vcpuHour }: Prices): number {
  const tokens = (use.promptTokens * input + use.completionTokens * output) / PER_MILLION
  return ANSWERS * (tokens + (cpuSeconds * vcpuHour) / SECONDS_PER_HOUR)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** CPU of answers without models is thousandths of a second. */
const precise = (value: number): string => (value === 0 ? '0' : value < 0.1 ? value.toPrecision(2) : shown(value))

const serviceSecondsOf = (uses: readonly PresetUse[]): number => Math.min(...uses.map(({ cpuSeconds }) => cpuSeconds))

function workTable(uses: readonly PresetUse[]): string {
  const head = ['preset', 'prompt tokens', 'completion tokens', 'pairs', 'embedded texts']
  const computed = [
    'language: tokens / passes',
    'encoders: tokens / passes',
    'CPU-s',
    'CPU-s without the language model'
  ]
  const rows = uses.map((use) => [
    `\`${use.name}\``,
    ...[use.promptTokens, use.completionTokens, use.pairs, use.embeddedTexts].map(precise),
    `${precise(use.languageTokens)} / ${precise(use.languagePasses)}`,
    `${precise(use.encoderTokens)} / ${precise(use.encoderPasses)}`,
    ...[use.cpuSeconds, withoutLanguage(use, serviceSecondsOf(uses))].map(precise)
  ])
  return table([...head, ...computed], rows)
}

function costTable(uses: readonly PresetUse[], prices: Prices): string {
  const head = ['preset', 'embedded models', 'tokens from an upstream, encoders here']
  const rows = uses.map((use) => {
    const elsewhere = upstreamCost(use, withoutLanguage(use, serviceSecondsOf(uses)), prices)
    return [`\`${use.name}\``, precise(ownCost(use, prices)), precise(elsewhere)]
  })
  return table(head, rows)
}

const { values } = parseArgs({ options: OPTIONS })
const questions = amount('questions', values.questions)
if (!Number.isInteger(questions) || questions < 1) throw new Error('--questions takes a whole number from 1')
const prices: Prices = {
  vcpuHour: amount('vcpu-hour', values['vcpu-hour']),
  input: amount('input', values.input),
  output: amount('output', values.output)
}
const machine = machineKind()
const uses = await measurePresets(questions)
console.log(`${machine}

Per answer, mean over ${String(questions)} questions:

${workTable(uses)}

Cost of 1 000 answers at ${values['vcpu-hour']} a vCPU hour, ${values.input} and ${values.output} a million prompt and completion tokens:

${costTable(uses, prices)}`)
