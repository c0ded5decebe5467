/** What the scorers over paraphrases have in common: options, and what a reader must know of the paraphrases. */
import type { Paraphrases, ParaphraseSource, PerturbationParameters, Warning } from '../scorer.js'

/** Options that choose the paraphrases. */
export const PARAPHRASE_OPTIONS = {
  paraphrases: {
    type: 'integer',
    minimum: 1,
    maximum: 19,
    default: 9,
    description: 'Paraphrases beside the question.'
  },
  source: {
    type: 'string',
    enum: ['template', 'evolved', 'model'],
    default: 'template',
    description:
      'template: fixed frames around the question; evolved: frames and word edits, chosen by similarity; model: the language model writes them.'
  }
} as const

/** Those options as what is asked of the evidence. */
export function paraphraseParameters(options: Readonly<Record<string, unknown>>): PerturbationParameters {
  return { paraphrases: { source: options.source as ParaphraseSource, count: options.paraphrases as number } }
}

/** The facts about the paraphrases that every such scorer reports. */
export function paraphraseDetail({ source, probes, wanted }: Paraphrases) {
  const known = probes.slice(1).flatMap(({ similarity }) => similarity ?? [])
  return {
    source,
    paraphrases: probes.slice(1).map(({ text }) => text),
    missing: wanted - probes.length,
    probe_similarity: known.length === 0 ? null : known.reduce((total, value) => total + value, 0) / known.length
  }
}

/** Warns when fewer paraphrases were found than asked for. */
export function paraphraseWarnings({ probes, wanted }: Paraphrases): Warning[] {
  if (probes.length >= wanted) return []
  const message = `${probes.length - 1} of ${wanted - 1} paraphrases were found that keep the question's meaning.`
  return [{ code: 'few_paraphrases', message }]
}
