/** Scores one question with many scorers, and with several options of one scorer, over evidence that all of them share. */
import { SAMPLING_DEFAULTS } from '../../src/scoring/presets.js'
import type { Engine, Message } from '../../src/engine/engine.js'
import { Asker, type Usage } from '../../src/evidence/asker.js'
import { Evidence } from '../../src/evidence/evidence.js'
import type { EvidenceInput, SuppliedEvidence } from '../../src/evidence/input.js'
import { Missing } from '../../src/evidence/missing.js'
import { readOutput } from '../../src/evidence/supplied-output.js'
import { towardsUncertain } from '../../src/policies/policy.js'
import { resolveOptions } from '../../src/scorer-registry.js'
import type { Scorer } from '../../src/scorer.js'
import { demandOf } from '../../src/scoring/demand.js'
import { Results } from '../../src/scoring/results.js'
import type { Run } from '../../src/scoring/select.js'

/** One row of the table: a scorer with options. */
export interface Column {
  readonly label: string
  readonly run: Run
}

/** What came of one question. Scores are uncertainties; null where there is no value. */
export interface Scored {
  /** Empty when no column needs one. */
  readonly answer: string
  readonly scores: Readonly<Record<string, number | null>>
  readonly reasons: Readonly<Record<string, string>>
  readonly usage: Usage
}

/** What is asked, and what is there already. */
export interface Asked {
  readonly messages: readonly Message[]
  readonly answer?: string
  readonly samples?: readonly string[]
  readonly choices?: readonly string[]
  readonly seed: number
  /** The service's defaults when absent. */
  readonly sampling?: { readonly n: number; readonly temperature: number; readonly topP: number }
  readonly fill?: 'auto' | 'never'
}

/** A column; `options` differ from the scorer's defaults. */
export function columnOf(scorer: Scorer, given: Readonly<Record<string, unknown>> = {}): Column {
  const { options, errors } = resolveOptions(scorer, given)
  if (errors !== null) throw new Error(`${scorer.name}: ${JSON.stringify(errors)}`)
  const label = [scorer.name, ...Object.entries(given).map(([name, value]) => `${name}=${String(value)}`)].join(' ')
  return { label, run: { scorer, options, parameters: scorer.parameters?.(options) ?? {}, pointer: '' } }
}

function supplyOf({ messages, answer, samples, choices }: Asked): SuppliedEvidence {
  return {
    messages,
    answer: answer === undefined ? null : readOutput(answer, '/answer'),
    samples: samples?.map((sample, i) => readOutput(sample, `/samples/${String(i)}`)) ?? null,
    compared: () => null,
    similarity: null,
    confidence: null,
    choices: choices ?? null,
    context: null
  }
}

function inputOf(asked: Asked, columns: readonly Column[], model: string): EvidenceInput {
  const supply = supplyOf(asked)
  const fill = asked.fill ?? 'auto'
  const { n: sampleCount, temperature, topP, topK, maxTokens } = { ...SAMPLING_DEFAULTS, ...asked.sampling }
  const runs = columns.map(({ run }) => run)
  const demand = demandOf(runs, { supply, asksModel: fill === 'auto', fills: fill === 'auto', sampleCount, maxTokens })
  return {
    ...supply,
    fill,
    model,
    rows: demand.rows,
    sampling: { temperature, topP, topK },
    maxTokens,
    stop: [],
    seed: asked.seed,
    topCount: demand.topCount,
    chatBody: null,
    distributions: demand.distributions,
    adaptive: null
  }
}

const absent = () => Promise.reject(new Missing('skipped', 'not_here', 'Policies and ensembles are not asked here.'))

/** Scores one question. Throws when a model fails; a score without value is null with its reason. */
export async function scoreQuestion(engine: Engine, asked: Asked, columns: readonly Column[]): Promise<Scored> {
  const model = engine.models().find(({ role }) => role === 'language')!.id
  const ask = new Asker(engine, new AbortController().signal, () => performance.now())
  const input = inputOf(asked, columns, model)
  const evidence = new Evidence(input, ask, { conformal: absent, scores: absent })
  const results = new Results(evidence)
  const outcomes = await Promise.all(columns.map(({ run }) => results.of(run)))
  const answer = input.answer !== null || input.rows.greedy ? await evidence.get('answer') : null
  await ask.settled()
  const values = columns.map(({ label, run }, i) => {
    const { value } = outcomes[i]!.score
    return [label, value === null ? null : towardsUncertain(run.scorer.direction, value)] as const
  })
  const reasons = columns.flatMap(({ label }, i) => {
    const { value, reason = 'unknown' } = outcomes[i]!.score
    return value === null ? [[label, reason] as const] : []
  })
  return {
    answer: answer?.text ?? '',
    scores: Object.fromEntries(values),
    reasons: Object.fromEntries(reasons),
    usage: ask.usage()
  }
}
