/** From a request to a policy that can be kept. */
import { QualmError } from '../errors.js'
import type { PolicyRequest } from '../schemas/policy.js'
import type { Scorer } from '../scorer.js'
import { bind, type ModelDirectory } from './binding.js'
import { candidatesOf, type Candidate } from './candidates.js'
import { actionsOf, checkAsk, type Ask } from './check-objective.js'
import { exampleModel } from './example-model.js'
import { scoreExamples, type ScoreExample, type ScoredExamples } from './examples.js'
import { fitPolicy } from './fit-policy.js'
import type { PolicyBody, Tuning } from './policy.js'
import { referenceScores } from './reference-scores.js'
import { DEFAULT_SPLIT, splitPlaces, tune } from './tune.js'

/** What policies are made with. */
export interface Making {
  readonly scorers: ReadonlyMap<string, Scorer>
  readonly scoreExample: ScoreExample
  readonly models: ModelDirectory
}

/** A set of options needs a scorer that reads them. */
function checkReadsOptions({ scorer }: Candidate): void {
  if (scorer.needs.includes('options')) return
  const message = `sets reads the probabilities of options, which ${scorer.name} does not tell: use option_probability`
  throw new QualmError('QUALM_ERR_VALIDATION', message, { errors: [{ pointer: '/scorer', message }] })
}

/** The examples that the guarantee rests on, and what they were scored with. */
interface Chosen {
  readonly candidate: Candidate
  readonly examples: ScoredExamples
  readonly tuning: Tuning | null
}

type Score = (candidate: Candidate, places?: readonly number[]) => Promise<ScoredExamples>

async function choose(
  request: PolicyRequest,
  ask: Ask,
  candidates: readonly Candidate[],
  score: Score
): Promise<Chosen> {
  const [first] = candidates
  if (request.tune === undefined) return { candidate: first!, examples: await score(first!), tuning: null }
  const { split = DEFAULT_SPLIT, seed = 0 } = request.tune
  const places = splitPlaces(request.examples.length, split, seed)
  const share = (examples: ScoredExamples) => fitPolicy(examples, ask, false).answeredShare
  const tuning = await tune(candidates, places.tuning.length, (one) => score(one, places.tuning), share)
  const candidate = candidates[tuning.chosen]!
  return { candidate, examples: await score(candidate, places.rest), tuning }
}

/**
 * Fits the policy that a request asks for. Throws QUALM_ERR_VALIDATION, QUALM_ERR_UNKNOWN_SCORER,
 * QUALM_ERR_TOO_FEW_EXAMPLES, QUALM_ERR_NO_VALID_THRESHOLD, QUALM_ERR_INVALID_EVIDENCE, and whatever a request among the
 * examples throws.
 */
export async function makePolicy(request: PolicyRequest, making: Making, signal: AbortSignal): Promise<PolicyBody> {
  const { scorers, scoreExample, models } = making
  const { objective, abstain, escalation } = request
  const actions = actionsOf(request)
  const ask: Ask = { objective, actions, ...(abstain && { abstain }), ...(escalation && { escalation }) }
  checkAsk(ask)
  const candidates = candidatesOf(request, scorers)
  const isSets = objective.kind === 'sets'
  if (isSets) candidates.forEach(checkReadsOptions)
  const standard = models().find(({ role }) => role === 'language')?.id ?? null
  const model = exampleModel(request.examples, request.model ?? null, standard)
  const labels = isSets ? 'options' : 'answers'
  const score: Score = (candidate, places) => {
    const examples = places?.map((place) => request.examples[place]!) ?? request.examples
    return scoreExamples(examples, { ...candidate, model, scoreExample, signal, labels, ...(places && { places }) })
  }
  const { candidate, examples, tuning } = await choose(request, ask, candidates, score)
  const raw = request.examples.some((example) => example.request === undefined)
  return {
    ...fitPolicy(examples, ask, raw),
    ...(escalation && { escalation }),
    ...(tuning && { tuning }),
    ...(!isSets && { reference: referenceScores(examples.labelled) }),
    scorer: candidate.scorer.name,
    direction: isSets ? 'higher_is_more_uncertain' : candidate.scorer.direction,
    options: candidate.options,
    model,
    actions,
    binding: raw ? 'unknown' : bind(candidate.scorer, model, models)
  }
}
