import type { PresetList } from '../schemas/preset.js'

/** The README's table of presets and their cost, in Markdown. */
export function presetsTable({ data }: PresetList): string {
  const rows = data.map(({ name, is_default: isDefault, scorers, cost }) => {
    const names = scorers.map((scorer) => `\`${scorer}\``).join(' ')
    const numbers = [cost.generations, cost.completion_tokens, cost.entailment_pairs, cost.embedded_texts]
    return `| \`${name}\`${isDefault ? ' (default)' : ''} | ${names} | ${numbers.join(' | ')} |`
  })
  return [
    '| Preset | Scorers | Texts generated | Tokens, at most | Comparisons, at most | Embeddings, at most |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows
  ].join('\n')
}
