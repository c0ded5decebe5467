/** A request turned into what is to be done; whatever cannot be met is refused here, before any compute. */
import type { Engine, ModelInfo } from '../engine/engine.js'
import type { QualmError } from '../errors.js'
import type { EvidenceInput } from '../evidence/input.js'
import type { Circumstances } from '../evidence/kind.js'
import type { AppliedPolicy } from '../policies/group-view.js'
import type { StoredPolicy } from '../policies/policy.js'
import type { ScoreRequest } from '../schemas/score.js'
import { adaptiveOf } from './adaptive.js'
import { checkBudget, predictedMs, type ScoringLimits } from './budget.js'
import type { Calibrated, CalibrationLookup, Joint } from './calibrated.js'
import { choicesMisfit, type ChoicesMisfit } from './choices.js'
import { asksAnybody, asksLanguage, demandOf, type Demand } from './demand.js'
import { chooseModel, nobodyMeant, requireReady } from './model-choice.js'
import { DEFAULT_PRESET, PRESETS, SAMPLING_DEFAULTS } from './presets.js'
import { seedOf } from './seed.js'
import type { Run, Scorers } from './select.js'
import { selectionOf } from './selection.js'
import { readSupply } from './supply.js'

/** What planning asks of the rest of Qualm. */
export interface PlanDependencies {
  readonly engine: Engine
  readonly scorers: Scorers
  readonly policies: { lookup(name: string): Promise<StoredPolicy> }
  readonly calibrations: CalibrationLookup
  readonly limits: ScoringLimits
}

/** The policy of a request and the run that it judges. */
export interface Judged {
  /** As it applies to the group of the request. */
  readonly policy: AppliedPolicy
  readonly run: Run
  /** Uniform in [0, 1), from the seed of the request: what randomised sets draw. */
  readonly u: number
  /** Why the policy does not fit the models at hand; null when it does. */
  readonly problem: string | null
}

export interface Plan {
  /** Alias of the language model that answers or is meant. */
  readonly model: string
  /** Digest of its files; null when it is unknown. */
  readonly languageDigest: string | null
  /** What the answer reports, in order. */
  readonly runs: readonly Run[]
  readonly judged: Judged | null
  /** The calibration that the request names, with the run that it reads. */
  readonly calibrated: Calibrated | null
  /** The calibrations that ensembles rest on, by name@version. */
  readonly joints: ReadonlyMap<string, Joint>
  /** Runs that others read and that are not reported. */
  readonly members: readonly Run[]
  readonly input: EvidenceInput
  /** Why the choices of a chat that serve as samples do not fit its policy; null when they do, or when none serve. */
  readonly misfit: ChoicesMisfit | null
  /** Whether anything is generated with a seed. */
  readonly draws: boolean
  /** The language model stands behind an upstream, whose answers may come from a cache. */
  readonly isRemote: boolean
  /** Whether the model has been seen to write other texts for other seeds, which no cache does. */
  readonly isSeeded: () => boolean
  /** Whether any model may be asked. */
  readonly asksModels: boolean
  readonly costMs: number
  /** Predicted time of what is asked beside the rows; null when nothing is. */
  readonly furtherMs: number | null
  readonly deadlineMs: number
}

/** Alternatives per token when the caller wants to see tokens. */
const SHOWN_ALTERNATIVES = 5

/** Asked when it counts: an upstream may be probed while the request is under way. */
const isSeeded = (engine: PlanDependencies['engine'], model: ModelInfo | null): boolean =>
  engine.models().some(({ id, capabilities }) => id === model?.id && capabilities.includes('seed'))

/** Plans a request. Throws the 4xx that tells what is wrong with it, or 503 when the model cannot be asked. */
export async function createPlan(
  request: ScoreRequest,
  dependencies: PlanDependencies,
  chatBody: EvidenceInput['chatBody'] = null
): Promise<Plan> {
  const { engine, limits } = dependencies
  const model = chooseModel(request.model, engine)
  const { all, ...selection } = await selectionOf(request, model, dependencies)
  const circumstances = circumstancesOf(request)
  const demand = demandOf(all, circumstances)
  checkBudget(request, demand, circumstances.maxTokens, limits)
  if (asksLanguage(demand)) requireReady(model ?? refuse(nobodyMeant(engine)))
  const adaptive = adaptiveOf(request, all, selection.judged)
  const input = inputOf(request, { circumstances, demand, model, adaptive, chatBody })
  return {
    ...selection,
    model: input.model,
    languageDigest: model?.digest ?? null,
    input,
    misfit: choicesMisfit(request, input, circumstances.sampleCount),
    draws: drawsAnything(demand),
    isRemote: model?.source === 'upstream',
    isSeeded: () => isSeeded(engine, model),
    ...costOf(demand, input),
    deadlineMs: request.budget?.deadline_ms ?? limits.deadlineMs
  }
}

/** What was supplied and what may be asked for, before it is known what the scorers need. */
function circumstancesOf(request: ScoreRequest): Circumstances {
  const supply = readSupply(request)
  const preset = request.scorers === undefined ? PRESETS[request.preset ?? DEFAULT_PRESET] : null
  const fills = preset?.generates !== false && request.fill !== 'never'
  return {
    supply,
    fills,
    asksModel: fills && supply.messages !== null,
    sampleCount: samplesOf(request, preset?.samples),
    maxTokens: request.sampling?.max_tokens ?? SAMPLING_DEFAULTS.maxTokens
  }
}

interface InputParts extends Pick<EvidenceInput, 'adaptive' | 'chatBody'> {
  readonly circumstances: Circumstances
  readonly demand: Demand
  readonly model: ModelInfo | null
}

function inputOf(request: ScoreRequest, parts: InputParts): EvidenceInput {
  const { circumstances, demand, model, adaptive, chatBody } = parts
  const { supply, fills, maxTokens } = circumstances
  const shown = request.include?.includes('tokens') === true ? SHOWN_ALTERNATIVES : 0
  return {
    ...supply,
    ...decodingOf(request),
    fill: fills ? 'auto' : 'never',
    model: model?.id ?? 'none',
    rows: demand.rows,
    maxTokens,
    adaptive,
    seed: drawsAnything(demand) ? seedOf(request) : (request.seed ?? 0),
    topCount: Math.max(demand.topCount, shown),
    distributions: demand.distributions,
    chatBody
  }
}

function drawsAnything({ rows, completionTokens }: Demand): boolean {
  return rows.greedy || rows.samples > 0 || completionTokens > 0
}

function costOf(demand: Demand, input: EvidenceInput): Pick<Plan, 'asksModels' | 'costMs' | 'furtherMs'> {
  const further = { ...demand, rows: { greedy: false, samples: 0 } }
  return {
    asksModels: asksAnybody(demand),
    costMs: predictedMs(demand, input),
    furtherMs: asksAnybody(further) ? predictedMs(further, input) : null
  }
}

function refuse(error: QualmError): never {
  throw error
}

function samplesOf(request: ScoreRequest, presetSamples: number | undefined): number {
  return request.sampling?.n ?? (presetSamples || SAMPLING_DEFAULTS.n)
}

function decodingOf({ sampling = {} }: ScoreRequest): Pick<EvidenceInput, 'sampling' | 'stop'> {
  return {
    sampling: {
      temperature: sampling.temperature ?? SAMPLING_DEFAULTS.temperature,
      topP: sampling.top_p ?? SAMPLING_DEFAULTS.topP,
      topK: sampling.top_k ?? SAMPLING_DEFAULTS.topK
    },
    stop: sampling.stop ?? []
  }
}
