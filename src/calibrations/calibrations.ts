/** Calibrations as the service sees them: made from labelled examples, kept by the store, looked up to score. */
import { QualmError } from '../errors.js'
import type { MethodName } from '../math/calibrators/methods.js'
import { bindAll, type ModelDirectory } from '../policies/binding.js'
import { checkedOptions, findScorer } from '../policies/chosen-scorer.js'
import { exampleModel } from '../policies/example-model.js'
import { scoreExamples, type ScoreExample } from '../policies/examples.js'
import { parseReference, type Reference } from '../policies/reference.js'
import type { Calibration, CalibrationList, CalibrationReport, CalibrationRequest } from '../schemas/calibration.js'
import type { Scorer } from '../scorer.js'
import type { Stored } from '../store/document.js'
import type { Store } from '../store/store.js'
import { COMBINING, type CalibrationBody, type StoredCalibration } from './calibration.js'
import { calibrationWarnings } from './calibration-warnings.js'
import { checkExamples, fitOne, fitTogether } from './fit-calibration.js'
import { inSlices } from './in-slices.js'
import { scoreJointly, type ChosenScorer, type GatheredExamples, type ScoreTogether } from './joint-examples.js'
import { CALIBRATION_KIND, storedCalibration } from './kind.js'
import { calibrationResource, reportResource } from './resource.js'

export interface CalibrationDependencies {
  readonly store: Pick<Store, 'collection'>
  readonly scorers: ReadonlyMap<string, Scorer>
  readonly scoreExample: ScoreExample
  readonly scoreTogether: ScoreTogether
  readonly models: ModelDirectory
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What scoring and policies need of calibrations. */
export interface CalibrationLookup {
  /** The one behind `name` (newest) or `name@version`. Throws QUALM_ERR_UNKNOWN_CALIBRATION or QUALM_ERR_STORE. */
  lookup(reference: string): Promise<StoredCalibration>
}

export interface Calibrations extends CalibrationLookup {
  /**
   * Fits a map from score to confidence and keeps it as a new version. Throws QUALM_ERR_TOO_FEW_EXAMPLES,
   * QUALM_ERR_UNKNOWN_SCORER, QUALM_ERR_INVALID_EVIDENCE, QUALM_ERR_STORE, and whatever a request among the examples
   * throws.
   */
  create(request: CalibrationRequest, signal: AbortSignal): Promise<Calibration>
  list(): Promise<CalibrationList>
  get(reference: string): Promise<Calibration>
  report(reference: string): Promise<CalibrationReport>
  /** Removes one version, or all versions of a bare name. Throws QUALM_ERR_UNKNOWN_CALIBRATION. */
  remove(reference: string): Promise<void>
}

const JOINT_METHOD = 'logistic'

function unknownCalibration(reference: string): QualmError {
  const message = `There is no calibration "${reference}". GET /v1/calibrations lists them.`
  return new QualmError('QUALM_ERR_UNKNOWN_CALIBRATION', message)
}

function refuse(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', `${pointer}: ${message}.`, { errors: [{ pointer, message }] })
}

function known(text: string): Reference {
  const reference = parseReference(text)
  if (reference === null) throw unknownCalibration(text)
  return reference
}

/** The scorers of a request with their options, checked. One for `scorer`, several for `scorers`. */
function chosenOf(request: CalibrationRequest, scorers: ReadonlyMap<string, Scorer>): readonly ChosenScorer[] {
  const { scorer: one, scorers: several, options = {} } = request
  if ((one === undefined) === (several === undefined)) throw refuse('/scorer', 'give `scorer` or `scorers`')
  if (one !== undefined) {
    const scorer = findScorer(scorers, one)
    return [{ scorer, options: checkedOptions(scorer, request.options) }]
  }
  const stray = Object.keys(options).find((name) => !several!.includes(name))
  if (stray !== undefined) throw refuse(`/options/${stray}`, 'it is not among `scorers`')
  return several!.map((name, i) => {
    const scorer = findScorer(scorers, name, `/scorers/${i}`)
    if (scorer.members !== undefined) throw refuse(`/scorers/${i}`, `${name} combines scores itself`)
    return { scorer, options: checkedOptions(scorer, options[name], `/options/${name}`) }
  })
}

/** The method, which must suit the number of scorers. */
function methodOf({ method, scorers }: CalibrationRequest): string {
  const isJoint = scorers !== undefined
  const chosen = method ?? (isJoint ? JOINT_METHOD : 'platt')
  if ((chosen === JOINT_METHOD) === isJoint) return chosen
  throw refuse('/method', isJoint ? 'several scorers are combined by logistic' : 'logistic combines several `scorers`')
}

/** Builds the service of calibrations on a store and on the means to score examples. */
export function createCalibrations(dependencies: CalibrationDependencies): Calibrations {
  const { store, scorers, scoreExample, scoreTogether, models, now } = dependencies
  const documents = store.collection(CALIBRATION_KIND)

  const find = async (text: string): Promise<Stored<CalibrationBody>> => {
    const { name, version } = known(text)
    const document = await documents.get(name, version)
    if (document === null) throw unknownCalibration(text)
    return document
  }

  const gather = async (
    request: CalibrationRequest,
    chosen: readonly ChosenScorer[],
    model: string | null,
    signal: AbortSignal
  ): Promise<GatheredExamples> => {
    const { examples } = request
    if (request.scorers !== undefined) return scoreJointly(examples, { chosen, model, scoreTogether, signal })
    const stray = examples.findIndex((example) => example.scores !== undefined)
    if (stray !== -1) throw refuse(`/examples/${stray}/scores`, 'there is one scorer: give `score`')
    const defaultOptions = request.options === undefined
    const { labelled, ...rest } = await scoreExamples(examples, {
      ...chosen[0]!,
      defaultOptions,
      model,
      scoreExample,
      signal
    })
    return {
      uncertainty: labelled.map(({ uncertainty }) => [uncertainty]),
      quality: labelled.map(({ loss }) => 1 - loss),
      ...rest
    }
  }

  return {
    async lookup(reference) {
      return storedCalibration(await find(reference))
    },
    async create(request, signal) {
      const chosen = chosenOf(request, scorers)
      const method = methodOf(request)
      const standard = models().find(({ role }) => role === 'language')?.id ?? null
      const model = exampleModel(request.examples, request.model ?? null, standard)
      const raw = request.examples.some(({ request: body }) => body === undefined)
      const gathered = await gather(request, chosen, model, signal)
      checkExamples(gathered, chosen.length)
      const isJoint = request.scorers !== undefined
      const steps = isJoint ? fitTogether(gathered) : fitOne(gathered, chosen[0]!.scorer, method as MethodName)
      const fitted = await inSlices(steps, signal)
      const members = chosen.map(({ scorer, options }) => ({
        scorer: scorer.name,
        direction: scorer.direction,
        options
      }))
      const joint = {
        scorer: COMBINING,
        direction: 'higher_is_more_uncertain' as const,
        options: { members: members.map(({ scorer }) => scorer) }
      }
      const head = isJoint ? { ...joint, members } : { ...members[0]!, members: [] }
      const all = chosen.map(({ scorer }) => scorer)
      const body: CalibrationBody = {
        ...head,
        ...fitted,
        method,
        model,
        binding: raw ? 'unknown' : bindAll(head.scorer, all, model, models),
        warnings: calibrationWarnings(gathered, fitted.report, raw),
        examples: { uncertainty: gathered.uncertainty, quality: gathered.quality }
      }
      return calibrationResource(await documents.create(request.name, body, now()))
    },
    async list() {
      return { object: 'list', data: (await documents.list()).map(calibrationResource) }
    },
    async get(reference) {
      return calibrationResource(await find(reference))
    },
    async report(reference) {
      return reportResource(await find(reference))
    },
    async remove(text) {
      const { name, version } = known(text)
      if ((await documents.remove(name, version)) === 0) throw unknownCalibration(text)
    }
  }
}
