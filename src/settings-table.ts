import type { TSchema } from 'typebox'
import { Settings, variableOf, type SettingName } from './settings.js'

interface SettingFacts {
  readonly variable: string
  readonly preset: string
  readonly bounds: string
  readonly description: string
}

const FILE: SettingFacts = {
  variable: 'QUALM_CONFIG',
  preset: '',
  bounds: 'path',
  description: 'JSON file with the same settings in snake_case without the prefix; the environment wins.'
}

type Described = TSchema & {
  readonly type: string
  readonly default: unknown
  readonly description: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

function boundsOf(schema: Described): string {
  if (schema.enum !== undefined) return schema.enum.join(', ')
  if (schema.type === 'integer') return `${schema.minimum} to ${schema.maximum}`
  return schema.type === 'boolean' ? 'true, false' : 'text'
}

/** Facts about every setting, in the order of the schema; the configuration file comes last. */
function facts(): readonly SettingFacts[] {
  const settings = Object.entries(Settings.properties).map(([name, property]) => {
    const schema = property as unknown as Described
    return {
      variable: variableOf(name as SettingName),
      preset: String(schema.default),
      bounds: boundsOf(schema),
      description: schema.description
    }
  })
  return [...settings, FILE]
}

const code = (value: string): string => (value === '' ? '' : `\`${value}\``)

/** The README's table of settings, in Markdown. */
export function settingsTable(): string {
  const rows = facts().map((f) => `| \`${f.variable}\` | ${code(f.preset)} | ${f.bounds} | ${f.description} |`)
  return ['| Variable | Default | Values | What it does |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** What `--help` prints. */
export function helpText(): string {
  const settings = facts().map((f) => `  ${f.variable}=${f.preset}\n      ${f.description} (${f.bounds})`)
  return [
    'Qualm says how far an LLM answer can be trusted. Settings are environment variables, shown with their defaults:',
    '',
    ...settings,
    '',
    'Exit codes: 0 stopped cleanly; 1 an unexpected fault; 2 settings that cannot be used, or an address in use;',
    '3 did not wait for all requests (drain timeout, or a second signal).',
    ''
  ].join('\n')
}
