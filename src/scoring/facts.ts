/** What is known after the scorers ran; the answer, the warnings and the explanation are all drawn from it. */
import type { Evidence } from '../evidence/evidence.js'
import { Missing } from '../evidence/missing.js'
import { spansOf, utf8, type Span } from '../evidence/alignment.js'
import type { Aligned } from '../evidence/supplied-output.js'
import type { Clusters, EvidenceKind, Generation, Token } from '../scorer.js'
import type { Plan } from './plan.js'

/** A text with whatever tokens are known of it. `spans` has one entry per token; null when they do not align. */
export interface Known {
  readonly generation: Generation
  readonly spans: () => readonly Span[] | null
}

export interface Facts {
  /** Null when there is no answer. */
  readonly answer: Known | null
  /** Null when there are no samples. */
  readonly samples: readonly Known[] | null
  /** The first partition that a scorer asked for, over the samples and, if it asked so, the answer behind them. */
  readonly clusters: Clusters | null
}

/** Collects what was gathered. Asks for nothing that no scorer has asked for. */
export async function collectFacts(plan: Plan, evidence: Evidence): Promise<Facts> {
  const { input } = plan
  const runs = [...plan.runs, ...(plan.judged === null ? [] : [plan.judged.run]), ...plan.members]
  const asked = (kind: EvidenceKind) => runs.find((run) => run.scorer.needs.includes(kind))
  const hasAnswer = input.answer !== null || input.rows.greedy
  const hasSamples = input.samples !== null || input.rows.samples > 0
  const scoredAnswer = asked('answer.logprobs') ? await orNull(evidence.get('answer.logprobs')) : null
  const answer = scoredAnswer ?? (hasAnswer ? await orNull(evidence.get('answer')) : null)
  const scoredSamples = asked('samples.logprobs') ? await orNull(evidence.get('samples.logprobs')) : null
  const samples = scoredSamples ?? (hasSamples ? await orNull(evidence.get('samples')) : null)
  const clustering = asked('clusters')
  return {
    answer: answer === null ? null : known(answer, input.answer),
    samples: samples?.map((sample, i) => known(sample, input.samples?.[i] ?? null)) ?? null,
    clusters: clustering === undefined ? null : await orNull(evidence.get('clusters', clustering.parameters))
  }
}

function known(generation: Generation, supplied: Aligned | null): Known {
  const spans = supplied?.alignment === 'exact' ? supplied.spans : () => spansIn(generation.text, generation.tokens)
  return { generation, spans }
}

/** Spans of tokens that, joined, begin with the text; a stop string may have cut it. */
function spansIn(text: string, tokens: readonly Token[] | null): readonly Span[] | null {
  if (
    tokens === null ||
    !tokens
      .map((token) => token.text)
      .join('')
      .startsWith(text)
  )
    return null
  return spansOf(
    tokens.map((token) => utf8(token.text).length),
    text
  )
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof Missing) return null
    throw error
  }
}
