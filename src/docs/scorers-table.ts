import type { Scorer } from '../scorer.js'

function rangeOf([low, high]: Scorer['range']): string {
  return `${low === null ? '(−∞' : `[${String(low)}`}, ${high === null ? '∞)' : `${String(high)}]`}`
}

function costOf({ generations, entailment_pairs: pairs, readings = 0, embeddings = 0 }: Scorer['cost']): string {
  const parts = [
    ...(generations > 0 ? [`${String(generations)} generations`] : []),
    ...(readings > 0 ? [`${String(readings)} readings`] : []),
    ...(pairs > 0 ? [`≤ ${String(pairs)} comparisons`] : []),
    ...(embeddings > 0 ? [`${String(embeddings)} embeddings`] : [])
  ]
  return parts.length === 0 ? 'none' : parts.join(', ')
}

/** The README's table of scorers, in Markdown. */
export function scorersTable(scorers: ReadonlyMap<string, Scorer>): string {
  const rows = [...scorers.values()].map((scorer) => {
    const certain = scorer.direction === 'higher_is_more_certain' ? 'certain' : 'uncertain'
    return `| \`${scorer.name}\` | ${scorer.summary} | ${scorer.needs.map((need) => `\`${need}\``).join(' ')} | ${scorer.unit}, ${rangeOf(scorer.range)} | ${certain} | ${costOf(scorer.cost)} |`
  })
  return [
    '| Scorer | What it is | Needs | Unit, range | Higher is more | Adds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows
  ].join('\n')
}
