/** Facts and outcomes in the shape of the HTTP contract. */
import type { Usage } from '../evidence/asker.js'
import type { Evidence } from '../evidence/evidence.js'
import type { Alignment } from '../evidence/supplied-output.js'
import type { Decision } from '../policies/decide.js'
import type { ScoreRequest } from '../schemas/score.js'
import type { ResultToken, ScoreResult } from '../schemas/score-result.js'
import type { Generation, Warning } from '../scorer.js'
import { explain } from './explain.js'
import type { Confidence } from './confidence.js'
import type { Facts, Known } from './facts.js'
import type { ScoredParts } from './levels.js'
import type { Plan } from './plan.js'
import type { Outcome } from './results.js'

export interface Response {
  readonly id: string
  readonly createdMs: number
  readonly request: ScoreRequest
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  readonly decision: Decision | null
  /** Null without a calibration, or where it has nothing to say. */
  readonly confidence: Confidence | null
  readonly facts: Facts
  /** Null when no level was asked for. */
  readonly parts: ScoredParts | null
  readonly evidence: Evidence
  readonly warnings: readonly Warning[]
  readonly usage: Usage
  readonly queueMs: number
  readonly totalMs: number
}

function decisionOf({ guarantee, set, ...same }: Decision): NonNullable<ScoreResult['decision']> {
  return {
    ...same,
    ...(guarantee !== undefined && { guarantee: { ...guarantee } }),
    ...(set !== undefined && { set: [...set] })
  }
}

/** The body of a 200. */
export function respond(response: Response): ScoreResult {
  const { request, plan, outcomes, decision, confidence, facts, evidence, usage } = response
  const include = new Set(request.include)
  const scores = Object.fromEntries(plan.runs.map((run, i) => [run.scorer.name, outcomes[i]!.score]))
  return {
    id: response.id,
    object: 'uncertainty.score',
    created: Math.floor(response.createdMs / 1000),
    model: plan.model,
    ...(request.custom_id === undefined ? {} : { custom_id: request.custom_id }),
    answer: answerOf(response, include.has('tokens')),
    scores,
    ...(response.parts === null ? {} : { parts: response.parts }),
    ...(confidence === null ? {} : { confidence: { ...confidence, interval: [...confidence.interval] } }),
    ...(decision === null ? {} : { decision: decisionOf(decision) }),
    ...(request.explain === true ? { explanation: explain(facts, scores) } : {}),
    evidence: evidenceOf(plan, facts, evidence.samplesAsked),
    ...(include.has('samples') ? { samples: samplesOf(plan, facts, include.has('tokens')) } : {}),
    ...(include.has('entailment') ? { entailment: evidence.comparisons.log().map((one) => ({ ...one })) } : {}),
    warnings: response.warnings.map((warning) => ({ ...warning })),
    usage: {
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      entailment_pairs: usage.entailmentPairs,
      embedded_texts: usage.embeddedTexts,
      model_calls: usage.modelCalls
    },
    timing: {
      queue_ms: rounded(response.queueMs),
      language_ms: rounded(usage.languageMs),
      entailment_ms: rounded(usage.entailmentMs),
      embedding_ms: rounded(usage.embeddingMs),
      total_ms: rounded(response.totalMs)
    }
  }
}

function answerOf({ request, plan, facts: { answer } }: Response, withTokens: boolean): ScoreResult['answer'] {
  if (answer === null) return null
  const { text, source } = answer.generation
  return {
    text,
    source,
    finish_reason: (plan.input.answer ?? answer).generation.finishReason,
    ...(plan.draws || request.seed !== undefined ? { seed: plan.input.seed } : {}),
    ...(withTokens && answer.generation.tokens !== null ? { tokens: tokensOf(answer) } : {})
  }
}

function samplesOf({ input }: Plan, { samples }: Facts, withTokens: boolean): NonNullable<ScoreResult['samples']> {
  return (samples ?? []).map((sample, i) => ({
    text: sample.generation.text,
    finish_reason: (input.samples?.[i] ?? sample).generation.finishReason,
    ...(withTokens ? { tokens: sample.generation.tokens === null ? null : tokensOf(sample) } : {})
  }))
}

function tokensOf({ generation, spans: locate }: Known): ResultToken[] {
  const spans = locate()
  return (generation.tokens ?? []).map((token, i) => ({
    text: token.text,
    start: spans?.[i]?.start ?? null,
    end: spans?.[i]?.end ?? null,
    logprob: token.logprob,
    entropy: token.entropy,
    censored: token.censored,
    end_token: token.end,
    alternatives: token.alternatives.map(({ text, logprob }) => ({ text, logprob }))
  }))
}

function evidenceOf({ input }: Plan, { answer, samples }: Facts, asked: number): ScoreResult['evidence'] {
  return {
    ...(answer === null ? {} : { answer: answerEvidence(answer, input.answer) }),
    ...(samples === null
      ? {}
      : {
          samples: {
            source: input.samples === null ? 'generated' : 'supplied',
            requested: input.samples === null ? input.rows.samples : null,
            received: samples.length,
            distinct: new Set(samples.map((sample) => sample.generation.text)).size,
            ...savingsOf(input, asked)
          }
        })
  }
}

/** What adaptive sampling spared: samples that nobody was asked for. Nothing is said where it was not wanted. */
function savingsOf({ adaptive, samples, rows }: Plan['input'], asked: number): object {
  if (adaptive === null || samples !== null) return {}
  const saved = rows.samples - asked
  return { saved, stopped_by: saved > 0 ? adaptive.rule : null }
}

function answerEvidence(
  { generation }: Known,
  supplied: Plan['input']['answer']
): NonNullable<ScoreResult['evidence']['answer']> {
  const coverage = supplied?.coverage ?? null
  return {
    source: generation.source,
    basis: generation.basis,
    censored: generation.tokens?.filter((token) => token.censored).length ?? 0,
    alignment: alignmentOf(generation, supplied),
    ...(coverage === null ? {} : { coverage })
  }
}

/** The engine's own tokens make its text, so only supplied ones can fail. */
function alignmentOf({ tokens }: Generation, supplied: Plan['input']['answer']): Alignment {
  if (supplied?.alignment === 'failed') return 'failed'
  return tokens === null ? 'none' : 'exact'
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
