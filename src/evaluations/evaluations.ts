/** Evaluations as the service sees them: labelled examples in, a table of scorers out, kept by the store. */
import { QualmError } from '../errors.js'
import { mapBounded } from '../policies/bounded.js'
import { parseReference, type Reference } from '../policies/reference.js'
import { EvaluationBody, type Evaluation, type EvaluationList, type EvaluationRequest } from '../schemas/evaluation.js'
import type { Scorer } from '../scorer.js'
import type { Scoring } from '../scoring/scoring.js'
import type { Kind, Stored } from '../store/document.js'
import type { Store } from '../store/store.js'
import { chooseScorers, type Choice } from './choice.js'
import { checkLabels, scoreExample } from './score-example.js'
import type { EvaluationRecord } from './record.js'
import { tabulate } from './tabulate.js'

/** Enough to fill the engine's batches, few enough to leave its queue to other callers. */
export const CONCURRENT_EXAMPLES = 8

type Heavy = 'risk_coverage' | 'reliability' | 'histograms'

/** Evaluations in the store: kept as callers see them. */
export const EVALUATIONS: Kind<EvaluationBody, Heavy> = {
  name: 'evaluation',
  heavy: ['risk_coverage', 'reliability', 'histograms'],
  schema: EvaluationBody,
  encode: (body) => body,
  decode: (json) => json as unknown as EvaluationBody
}

export interface EvaluationDependencies {
  readonly store: Pick<Store, 'collection'>
  readonly scorers: ReadonlyMap<string, Scorer>
  readonly scoring: Scoring
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface Evaluations {
  /**
   * Scores every example, judges its answer, and keeps the table. Throws QUALM_ERR_UNKNOWN_SCORER,
   * QUALM_ERR_NO_EVIDENCE when no example has a score, QUALM_ERR_STORE, and whatever a request among the examples
   * throws, with its place.
   */
  create(request: EvaluationRequest, signal: AbortSignal): Promise<Evaluation>
  list(): Promise<EvaluationList>
  /** Throws QUALM_ERR_UNKNOWN_EVALUATION. */
  get(reference: string): Promise<Evaluation>
  /** Removes one version, or all versions of a bare name. Throws QUALM_ERR_UNKNOWN_EVALUATION. */
  remove(reference: string): Promise<void>
}

/** Throws QUALM_ERR_NO_EVIDENCE when there is nothing to make figures of. */
export function requireScores(records: readonly EvaluationRecord[]): void {
  if (records.some(({ scores }) => Object.values(scores).some((value) => value !== null))) return
  const why = new Set(
    records.flatMap(({ reasons }) => Object.entries(reasons).map(([name, each]) => `${name}: ${each}`))
  )
  throw new QualmError('QUALM_ERR_NO_EVIDENCE', `No example has a score (${[...why].slice(0, 8).join('; ')}).`)
}

const DEFAULT_NAME = 'evaluation'

function unknownEvaluation(reference: string): QualmError {
  const message = `There is no evaluation "${reference}". GET /v1/evaluations lists them.`
  return new QualmError('QUALM_ERR_UNKNOWN_EVALUATION', message)
}

function known(text: string): Reference {
  const reference = parseReference(text)
  if (reference === null) throw unknownEvaluation(text)
  return reference
}

/** What callers see of a stored evaluation; without its heavy fields in lists. */
function resource<Body extends object>({ name, version, createdMs, body }: Stored<Body>) {
  const created = Math.floor(createdMs / 1000)
  return { object: 'evaluation' as const, id: `${name}@${version}`, name, version, created, ...body }
}

/** Builds the service of evaluations. */
export function createEvaluations({ store, scorers, scoring, now }: EvaluationDependencies): Evaluations {
  const documents = store.collection(EVALUATIONS)
  const score = (request: EvaluationRequest, choice: Choice, signal: AbortSignal) =>
    mapBounded(request.examples, CONCURRENT_EXAMPLES, signal, (example, index, either) =>
      scoreExample(scoring, choice, { example, index }, either)
    )
  return {
    async create(request, signal) {
      const choice = chooseScorers(request, scorers)
      checkLabels(request.examples)
      const records = await score(request, choice, signal)
      requireScores(records)
      const body = await tabulate(records, choice)
      return resource(await documents.create(request.name ?? DEFAULT_NAME, body, now()))
    },
    async list() {
      return { object: 'list', data: (await documents.list()).map(resource) }
    },
    async get(text) {
      const { name, version } = known(text)
      const found = await documents.get(name, version)
      if (found === null) throw unknownEvaluation(text)
      return resource(found)
    },
    async remove(text) {
      const { name, version } = known(text)
      if ((await documents.remove(name, version)) === 0) throw unknownEvaluation(text)
    }
  }
}
