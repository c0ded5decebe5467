/** Runs scorers over gathered evidence. Each run is computed once, whoever asks for it. */
import { QualmError } from '../errors.js'
import type { Evidence } from '../evidence/evidence.js'
import { Missing } from '../evidence/missing.js'
import type { ResultScore } from '../schemas/score-result.js'
import { Unscorable, type EvidenceKind, type EvidenceKinds, type Scored, type Warning } from '../scorer.js'
import type { Run } from './select.js'

/** What came of one run: the entry of the answer, and what a reader must know. */
export interface Outcome {
  readonly score: ResultScore
  readonly warnings: readonly Warning[]
  /** The failure of a model behind it. */
  readonly cause?: QualmError
}

/** Values of the kinds that a scorer needs. */
export type GatheredEvidence = Readonly<Partial<Record<EvidenceKind, unknown>>>

export class Results {
  readonly #evidence: Evidence
  readonly #outcomes = new Map<Run, Promise<Outcome>>()

  constructor(evidence: Evidence) {
    this.#evidence = evidence
  }

  /** The outcome of a run. Rejects only when a model or Qualm itself failed. */
  of(run: Run): Promise<Outcome> {
    const known = this.#outcomes.get(run)
    if (known !== undefined) return known
    const outcome = this.#compute(run)
    this.#outcomes.set(run, outcome)
    return outcome
  }

  /** The outcomes of a run on changed copies of its evidence, e.g. on parts of the answer. */
  async ofEach(
    run: Run,
    changes: readonly ((evidence: GatheredEvidence) => GatheredEvidence)[]
  ): Promise<readonly Outcome[]> {
    const gathered = await this.#gather(run)
    return changes.map((change) =>
      gathered instanceof Missing ? lacking(run, gathered) : compute(run, change(gathered))
    )
  }

  async #compute(run: Run): Promise<Outcome> {
    const gathered = await this.#gather(run)
    return gathered instanceof Missing ? lacking(run, gathered) : compute(run, gathered)
  }

  /** The evidence of a run, or why there is none. */
  async #gather(run: Run): Promise<GatheredEvidence | Missing> {
    const gathered = await Promise.allSettled(run.scorer.needs.map((kind) => this.#evidence.get(kind, run.parameters)))
    const faults = gathered.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    const fatal = faults.find((fault) => !(fault instanceof Missing))
    if (fatal !== undefined) throw fatal
    const missing = faults[0] as Missing | undefined
    if (missing !== undefined) return missing
    const values = gathered.map((one) => (one as PromiseFulfilledResult<unknown>).value)
    return Object.fromEntries(run.scorer.needs.map((kind, i) => [kind, values[i]]))
  }
}

function lacking(run: Run, { status, reason, message, cause }: Missing): Outcome {
  return { ...without(run, status, reason, message), ...(cause instanceof QualmError ? { cause } : {}) }
}

function compute(run: Run, evidence: GatheredEvidence): Outcome {
  try {
    return present(run, run.scorer.score(Object.freeze(evidence) as unknown as EvidenceKinds, run.options))
  } catch (error) {
    if (error instanceof Unscorable) return without(run, 'failed', error.reason, error.message)
    throw error
  }
}

function present(run: Run, scored: Scored): Outcome {
  if (!Number.isFinite(scored.value)) {
    return without(run, 'failed', 'not_finite', 'The method has no finite value for this evidence.')
  }
  const { unit, direction } = run.scorer
  const range = [...(scored.range ?? run.scorer.range)]
  const detail = scored.detail === undefined ? {} : { detail: finite(scored.detail) as Record<string, unknown> }
  return {
    score: { status: 'ok', value: scored.value, unit, direction, range, ...detail },
    warnings: scored.warnings ?? []
  }
}

function without(run: Run, status: 'skipped' | 'failed', reason: string, message: string): Outcome {
  const { unit, direction, range } = run.scorer
  return { score: { status, value: null, unit, direction, range: [...range], reason, message }, warnings: [] }
}

/** A copy of plain data in which numbers that are not finite are null, as JSON has no word for them. */
function finite(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (Array.isArray(value)) return value.map(finite)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, finite(inner)]))
}
