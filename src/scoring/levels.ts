/**
 * Scores of parts of the answer: its sentences, its claim-like spans, the fields of a JSON answer. A scorer can be
 * applied to a part when all that it reads is a list over the answer's tokens: it is run on the tokens of the part alone.
 */
import { locateTokens } from '../evidence/tokens/located-tokens.js'
import type { Aligned } from '../evidence/supplied-output.js'
import { closure } from '../evidence/kinds.js'
import { claimSpans } from '../math/spans.js'
import { sentencesOf, type TextPart } from '../math/sentences.js'
import type { ScoreResult } from '../schemas/score-result.js'
import type { EvidenceKind, EvidenceKinds, ScoredAnswer, Warning } from '../scorer.js'
import { fieldsOf } from './fields.js'
import type { Plan } from './plan.js'
import type { Evidence } from '../evidence/evidence.js'
import type { GatheredEvidence, Results } from './results.js'
import type { Run } from './select.js'

export type Level = 'sentence' | 'span' | 'field'
export type ScoredParts = NonNullable<ScoreResult['parts']>

/** A stretch of the answer; `path` is the JSON pointer of a field. */
interface Part extends TextPart {
  readonly level: Level
  readonly path?: string
}

/** A longer answer is scored in its first parts. */
const MOST_PARTS = 256

/** How a value over the answer's tokens is cut down to some of them. `picked` are indexes of tokens. */
type Cut<T> = (value: T, picked: readonly number[], part: Part) => T

const pick = <T>(list: readonly T[], picked: readonly number[]): readonly T[] => picked.map((i) => list[i]!)
// A part is scored as it stands: that the whole was cut or ended says nothing of it.
const cutAnswer = <A extends ScoredAnswer>(answer: A, picked: readonly number[], { text }: Part): A => ({
  ...answer,
  text,
  tokens: pick(answer.tokens, picked),
  finishReason: null
})

/** Kinds that are lists over the answer's tokens. Those that are no answers run parallel to `answer.logprobs`. */
const CUTS: { readonly [K in EvidenceKind]?: Cut<EvidenceKinds[K]> } = {
  'answer.logprobs': cutAnswer,
  'answer.top_two': cutAnswer,
  'answer.distributions': cutAnswer,
  'answer.unconditional': pick,
  'answer.relevance': pick,
  'answer.alternatives': pick
}

/** Whether a scorer can be applied to parts of the answer. */
export function appliesToParts({ scorer }: Pick<Run, 'scorer'>): boolean {
  return scorer.needs.length > 0 && scorer.needs.every((kind) => CUTS[kind] !== undefined)
}

export interface PartsInput {
  readonly levels: readonly Level[]
  /** Text of the answer; null when there is none. */
  readonly text: string | null
  readonly plan: Plan
  readonly evidence: Evidence
  readonly results: Results
}

/** Scores of every part at the levels asked for, with what a reader must know of them. */
export async function scoreParts(
  input: PartsInput
): Promise<{ readonly parts: ScoredParts; readonly warnings: readonly Warning[] }> {
  const { levels, text, plan, results } = input
  const runs = plan.runs.filter(appliesToParts)
  const found = levels.map((level) => ({ level, parts: text === null ? [] : partsOf(text, level) }))
  const parts = found.flatMap((one) => (one.parts ?? []).slice(0, MOST_PARTS))
  const columns = await Promise.all(
    runs.map(async (run) => {
      const cut = parts.length === 0 ? null : await cutterOf(run, input)
      return results.ofEach(
        run,
        parts.map((part) => (evidence: GatheredEvidence) => cut?.(evidence, part) ?? evidence)
      )
    })
  )
  const scored = parts.map((part, at) => ({
    ...part,
    scores: Object.fromEntries(runs.map(({ scorer }, i) => [scorer.name, briefly(columns[i]![at]!.score)]))
  }))
  return { parts: scored, warnings: warningsOf(found, runs) }
}

/** The parts of a text; null when it has none of the kind, being no JSON. */
function partsOf(text: string, level: Level): readonly Part[] | null {
  const parts = level === 'sentence' ? sentencesOf(text) : level === 'span' ? claimSpans(text) : fieldsOf(text)
  return parts?.map((part) => ({ ...part, level })) ?? null
}

type Cutter = (evidence: GatheredEvidence, part: Part) => GatheredEvidence

/** Cuts the evidence of a run. Where each token stands is found out once per list of tokens. */
async function cutterOf({ scorer, parameters }: Run, { plan, evidence }: PartsInput): Promise<Cutter> {
  const spans = new Map<unknown, ReturnType<typeof spansOf>>()
  const locate = (answer: ScoredAnswer): ReturnType<typeof spansOf> => {
    const known = spans.get(answer) ?? spansOf(answer, plan.input.answer)
    spans.set(answer, known)
    return known
  }
  const isParallel = closure(scorer.needs, parameters).has('answer.logprobs')
  const base = isParallel ? await evidence.get('answer.logprobs', parameters).catch(() => null) : null
  return (gathered, part) =>
    Object.fromEntries(
      Object.entries(gathered).map(([kind, value]) => {
        const owner = Array.isArray(value) ? base : (value as ScoredAnswer)
        const picked = owner === null ? [] : within(locate(owner), part)
        return [kind, (CUTS[kind as EvidenceKind] as Cut<unknown>)(value, picked, part)]
      })
    )
}

/** Span of every token that carries text; null for the others. */
function spansOf(answer: ScoredAnswer, supplied: Aligned | null): readonly (TextSpan | null)[] {
  const own = supplied?.generation.tokens?.length === answer.tokens.length ? supplied : null
  const { spans } = locateTokens(answer, own)
  return answer.tokens.map((token, i) => (token.end ? null : (spans[i] ?? null)))
}

type TextSpan = Pick<TextPart, 'start' | 'end'>

/** Indexes of the tokens that overlap a part: one that reaches over its edge belongs to both sides. */
function within(spans: readonly (TextSpan | null)[], { start, end }: TextSpan): readonly number[] {
  return spans.flatMap((span, i) => (span !== null && span.start < end && span.end > start ? [i] : []))
}

function briefly({
  status,
  value,
  reason,
  message
}: ScoreResult['scores'][string]): ScoredParts[number]['scores'][string] {
  return { status, value, ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) }
}

function warningsOf(
  found: readonly { readonly level: Level; readonly parts: readonly Part[] | null }[],
  runs: readonly Run[]
): readonly Warning[] {
  const warnings: Warning[] = []
  if (runs.length === 0) {
    const message =
      'No scorer of this request can be applied to parts: it takes one that reads only tokens of the answer.'
    warnings.push({ code: 'levels_without_scorer', message })
  }
  if (found.some(({ parts }) => parts === null)) {
    warnings.push({ code: 'answer_not_json', message: 'The answer is no JSON object or array, so it has no fields.' })
  }
  if (found.some(({ parts }) => (parts?.length ?? 0) > MOST_PARTS)) {
    warnings.push({ code: 'parts_cut', message: `Only the first ${MOST_PARTS} parts of a level are scored.` })
  }
  return warnings
}
