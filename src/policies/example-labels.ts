/** Examples as callers write them, checked and brought to losses. */
import { QualmError } from '../errors.js'
import { argmax, LABELS } from '../math/choices.js'
import { matchOption } from '../math/choices-answer.js'
import { derivedSeed, seededRandom } from '../math/random.js'
import type { PolicyExample } from '../schemas/policy-example.js'
import type { Scorer } from '../scorer.js'
import type { FitExample } from './fit.js'

type Labels = 'answers' | 'options'

/** What randomised sets of calibration questions draw from; part n for example n. */
const SET_SEED = 0x5e75
/** Probabilities that sum to 1 up to the rounding of two digits. */
const SUM_TOLERANCE = 0.02

const FORMS = ['score', 'scores', 'request', 'probabilities'] as const

function fault(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', message, { errors: [{ pointer, message }] })
}

function unusable(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_INVALID_EVIDENCE', message, { errors: [{ pointer, message }] })
}

function checkGrade(value: boolean | number | undefined, pointer: string): void {
  const grade = Number(value)
  if (!(grade >= 0 && grade <= 1)) throw fault(pointer, 'is true, false or a number from 0 to 1')
}

/** Throws QUALM_ERR_VALIDATION when an example has not one form, or not the label that the objective reads. */
export function checkExample(example: PolicyExample, index: number, labels: Labels): void {
  const at = `/examples/${index}`
  const forms: readonly string[] = labels === 'options' ? ['request', 'probabilities'] : ['score', 'scores', 'request']
  const present = FORMS.filter((form) => example[form] !== undefined)
  if (present.length !== 1 || !forms.includes(present[0]!)) {
    const names = forms.map((form) => `\`${form}\``)
    throw fault(at, `an example has exactly one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)} here`)
  }
  if (example.escalated_correct !== undefined) checkGrade(example.escalated_correct, `${at}/escalated_correct`)
  if (labels === 'answers') {
    checkGrade(example.correct, `${at}/correct`)
    if (example.right !== undefined) throw fault(`${at}/right`, 'is for the objective sets')
  } else {
    if (example.right === undefined) throw fault(`${at}/right`, 'sets needs the right option of every example')
    if (example.correct !== undefined) throw fault(`${at}/correct`, 'sets reads `right`, not `correct`')
  }
}

/** What raw values are held to. */
interface Expected {
  readonly scorer: Scorer
  /** True when the caller gave no options. */
  readonly defaultOptions: boolean
}

/**
 * Raw scores must be values that the scorer can give: anything else means another scorer or another scale. Options may
 * change a scorer's range, so that only finiteness can be asked then. Throws QUALM_ERR_INVALID_EVIDENCE.
 */
export function checkScores(
  { score, scores, probabilities }: PolicyExample,
  index: number,
  { scorer, defaultOptions }: Expected
): void {
  const [value, field] = scores === undefined ? [score, 'score'] : [scores[scorer.name], `scores/${scorer.name}`]
  const [low, high] = defaultOptions ? scorer.range : [null, null]
  const inside = (one: number) => Number.isFinite(one) && one >= (low ?? -Infinity) && one <= (high ?? Infinity)
  if (value !== undefined && !inside(value)) {
    const message = `the score ${value} is outside the range of ${scorer.name}, ${low ?? '−∞'} to ${high ?? '∞'}`
    throw unusable(`/examples/${index}/${field}`, message)
  }
  const total = probabilities?.reduce((sum, one) => sum + one, 0) ?? 1
  if (Math.abs(total - 1) <= SUM_TOLERANCE) return
  throw unusable(`/examples/${index}/probabilities`, `the probabilities sum to ${total}, not to 1`)
}

/** Place of the right option: given as such, by label, or by text where the request has texts. */
function rightOption({ right, request }: PolicyExample, count: number, index: number): number {
  const texts = request?.['choices']
  const choices = Array.isArray(texts) ? texts.map(String) : LABELS.slice(0, count)
  const place = typeof right === 'number' ? right : (matchOption(right!, choices)?.index ?? -1)
  if (place >= 0 && place < count) return place
  throw unusable(`/examples/${index}/right`, `is none of the ${count} options, or could be several`)
}

/** An example with the options of a question: the loss is that of answering the most probable one. */
function optionsExample(example: PolicyExample, given: readonly number[], index: number): FitExample {
  const total = given.reduce((sum, one) => sum + one, 0)
  const probabilities = given.map((one) => one / total)
  const right = rightOption(example, given.length, index)
  const best = argmax(probabilities)
  const u = seededRandom(derivedSeed(SET_SEED, index))()
  return { uncertainty: 1 - probabilities[best]!, loss: best === right ? 0 : 1, options: { probabilities, right, u } }
}

/**
 * A scored example with its losses. The group is its own, else that of its request. Throws QUALM_ERR_INVALID_EVIDENCE
 * when the right option is none of its options.
 */
export function labelledExample(
  example: PolicyExample,
  outcome: { readonly uncertainty: number; readonly probabilities?: readonly number[] },
  index: number,
  labels: Labels
): FitExample {
  const { group = example.request?.['group'], escalated_correct: escalated } = example
  const base =
    labels === 'options'
      ? optionsExample(example, outcome.probabilities!, index)
      : { uncertainty: outcome.uncertainty, loss: 1 - Number(example.correct) }
  return {
    ...base,
    ...(typeof group === 'string' && { group }),
    ...(escalated !== undefined && { escalated: 1 - Number(escalated) })
  }
}
