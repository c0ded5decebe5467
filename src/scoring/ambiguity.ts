/** Whether the disagreement among samples is the question's or the model's, as far as the samples tell. */
import { listedAnswers, splitByLists } from '../math/ambiguity.js'
import { answerKey } from '../math/answer-match.js'
import { entropyOfCounts } from '../math/entropy.js'
import type { Explanation } from './explain.js'
import type { Group } from './groups.js'

type Ambiguity = NonNullable<Explanation['ambiguity']>

/** With fewer replies that list answers the rest says more about their form than about the question. */
const LISTING_SHARE = 0.5

function cannotTell(reason: string, total: number | null): Ambiguity {
  return { told_by: null, total, data: null, model: null, reason }
}

/**
 * All samples of one meaning: there is nothing to split. Most samples list several answers: what each lists is the
 * question's, where they differ the model's. Else it cannot be told, as one answer a sample looks the same either way.
 */
export function ambiguityOf(samples: readonly string[], groups: readonly Group[]): Ambiguity {
  if (samples.length < 2) return cannotTell('It takes at least two samples.', null)
  const lists = samples.map((sample) => listedAnswers(sample).map(answerKey))
  const listing = lists.filter((list) => list.length > 1).length
  if (listing >= LISTING_SHARE * lists.length) return { told_by: 'lists', ...splitByLists(lists) }
  const total = entropyOfCounts(groups.map(({ size }) => size))
  if (groups.length === 1) return { told_by: 'agreement', total, data: 0, model: 0 }
  return cannotTell(
    'Samples of one answer each cannot tell several right answers from not knowing. Ask for all answers at once.',
    total
  )
}
