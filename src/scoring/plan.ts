/** A request turned into what is to be done; whatever cannot be met is refused here, before any compute. */
import type { StoredCalibration } from '../calibrations/calibration.js'
import type { Engine, ModelInfo } from '../engine/engine.js'
import type { QualmError } from '../errors.js'
import type { EvidenceInput } from '../evidence/input.js'
import { derivedSeed, seededRandom } from '../math/random.js'
import { bindingProblem } from '../policies/binding.js'
import { forGroup, type AppliedPolicy } from '../policies/group-view.js'
import type { BoundModel, StoredPolicy } from '../policies/policy.js'
import type { ScoreRequest } from '../schemas/score.js'
import { adaptiveOf } from './adaptive.js'
import { checkBudget, predictedMs, type ScoringLimits } from './budget.js'
import {
  findCalibration,
  jointsOf,
  withCalibration,
  type Calibrated,
  type CalibrationLookup,
  type Joint
} from './calibrated.js'
import { choicesMisfit, type ChoicesMisfit } from './choices.js'
import { asksAnybody, asksLanguage, demandOf } from './demand.js'
import { chooseModel, nobodyMeant, requireReady } from './model-choice.js'
import { DEFAULT_PRESET, PRESETS, SAMPLING_DEFAULTS } from './presets.js'
import { seedOf } from './seed.js'
import { memberRuns, policyRun, selectRuns, type Run, type Scorers } from './select.js'
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

/** Part of the seed that randomised sets of options draw from. */
const SET_PART = 1

/** Asked when it counts: an upstream may be probed while the request is under way. */
const isSeeded = (engine: PlanDependencies['engine'], model: ModelInfo | null): boolean =>
  engine.models().some(({ id, capabilities }) => id === model?.id && capabilities.includes('seed'))

/** Plans a request. Throws the 4xx that tells what is wrong with it, or 503 when the model cannot be asked. */
export async function createPlan(
  request: ScoreRequest,
  dependencies: PlanDependencies,
  chatBody: EvidenceInput['chatBody'] = null
): Promise<Plan> {
  const { engine, scorers, policies, calibrations, limits } = dependencies
  const model = chooseModel(request.model, engine)
  const named = request.calibration
  const calibration = named === undefined ? null : await findCalibration(named, calibrations, '/calibration')
  const policy = request.policy === undefined ? null : await policies.lookup(request.policy)
  const { runs, calibratedRun } = withCalibration(request, calibration, scorers, selectRuns(request, scorers, policy))
  const supply = readSupply(request)
  const judged = policy === null ? null : judge(policy, request, runs, model?.id ?? null, dependencies)
  const direct = judged === null || runs.includes(judged.run) ? runs : [...runs, judged.run]
  const atHand = modelsAtHand(engine, model?.id ?? null)
  const calibrated = calibratedRun && calibratedOf(calibratedRun, calibration!, atHand)
  const joints = await jointsOf(
    calibratedRun === null ? direct : [...direct, calibratedRun],
    calibrations,
    scorers,
    atHand
  )
  const behind = [
    ...(calibratedRun === null ? [] : [calibratedRun]),
    ...[...joints.values()].flatMap((one) => one.runs)
  ]
  const members = [...new Set([...behind, ...memberRuns(direct, request, scorers)])].filter(
    (run) => !direct.includes(run)
  )
  const allRuns = [...direct, ...members]
  const preset = request.scorers === undefined ? PRESETS[request.preset ?? DEFAULT_PRESET] : null
  const fill = preset?.generates === false ? 'never' : (request.fill ?? 'auto')
  const maxTokens = request.sampling?.max_tokens ?? SAMPLING_DEFAULTS.maxTokens
  const asksModel = fill === 'auto' && supply.messages !== null
  const sampleCount = samplesOf(request, preset?.samples)
  const demand = demandOf(allRuns, { supply, asksModel, fills: fill === 'auto', sampleCount, maxTokens })
  checkBudget(request, demand, maxTokens, limits)
  if (asksLanguage(demand)) requireReady(model ?? refuse(nobodyMeant(engine)))
  const further = { ...demand, rows: { greedy: false, samples: 0 } }
  const draws = demand.rows.greedy || demand.rows.samples > 0 || demand.completionTokens > 0
  return {
    model: model?.id ?? 'none',
    languageDigest: model?.digest ?? null,
    runs,
    judged,
    calibrated,
    joints,
    members,
    input: {
      ...supply,
      fill,
      model: model?.id ?? 'none',
      rows: demand.rows,
      maxTokens,
      ...decodingOf(request),
      adaptive: adaptiveOf(request, allRuns, judged),
      seed: draws ? seedOf(request) : (request.seed ?? 0),
      topCount: Math.max(demand.topCount, request.include?.includes('tokens') === true ? SHOWN_ALTERNATIVES : 0),
      distributions: demand.distributions,
      chatBody
    },
    misfit: choicesMisfit(request, { chatBody, ...decodingOf(request) }, sampleCount),
    draws,
    isRemote: model?.source === 'upstream',
    isSeeded: () => isSeeded(engine, model),
    asksModels: asksAnybody(demand),
    costMs: predictedMs(demand, { messages: supply.messages, maxTokens }),
    furtherMs: asksAnybody(further) ? predictedMs(further, { messages: supply.messages, maxTokens }) : null,
    deadlineMs: request.budget?.deadline_ms ?? limits.deadlineMs
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

function judge(
  policy: StoredPolicy,
  request: ScoreRequest,
  runs: readonly Run[],
  model: string | null,
  { engine, scorers }: PlanDependencies
): Judged {
  const atHand = engine.models().filter(({ role, id }) => role !== 'language' || id === model)
  const run = policyRun(policy, scorers, runs)
  return {
    policy: forGroup(policy, request.group ?? null),
    run,
    u: seededRandom(derivedSeed(seedOf(request), SET_PART))(),
    problem: bindingProblem(policy, { models: atHand, scorers: [run.scorer] })
  }
}

function modelsAtHand(engine: Engine, language: string | null) {
  return engine.models().filter(({ role, id }) => role !== 'language' || id === language)
}

function calibratedOf(run: Run, calibration: StoredCalibration, atHand: readonly BoundModel[]): Calibrated {
  const problem = bindingProblem(calibration, { models: atHand, scorers: [run.scorer] }, 'calibration')
  return { calibration, run, problem }
}
