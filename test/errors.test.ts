import t from 'tap'
import { ERRORS, QualmError } from '../src/errors.js'

t.test('a coded error carries the status and title of its table entry', async (t) => {
  const error = new QualmError('QUALM_ERR_QUEUE_FULL', 'try again', { retryAfterSeconds: 2 })
  t.equal(error.status, 503)
  t.equal(error.title, ERRORS.QUALM_ERR_QUEUE_FULL[1])
  t.equal(error.retryAfterSeconds, 2)
})
