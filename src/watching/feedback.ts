import { QualmError } from '../errors.js'
import type { Feedback, FeedbackReceipt } from '../schemas/watch.js'
import type { Watch } from './watch.js'

/** Takes in labels of answers that policies decided on. They feed the watch and never change a policy. */
export interface FeedbackService {
  /**
   * Returns once the label is kept for good. Throws QUALM_ERR_UNKNOWN_SCORE, QUALM_ERR_LABEL_CONFLICT when another
   * label was there first, and QUALM_ERR_STORE.
   */
  accept(feedback: Feedback): Promise<FeedbackReceipt>
}

/** Feedback into the watch. */
export function createFeedback(watch: Pick<Watch, 'label'>): FeedbackService {
  return {
    async accept({ score_id: scoreId, correct }) {
      const status = await watch.label(scoreId, correct)
      if (status !== 'contradicts') return { object: 'feedback', score_id: scoreId, status }
      const message = 'this score has another label, which stays'
      throw new QualmError('QUALM_ERR_LABEL_CONFLICT', `${scoreId}: ${message}.`, {
        errors: [{ pointer: '/correct', message }]
      })
    }
  }
}
