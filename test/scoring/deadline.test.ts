import t from 'tap'
import { Deadline } from '../../src/scoring/deadline.js'
import { createManualClock } from '../fixtures/manual-clock.js'

t.test('a deadline that has passed is told in whole milliseconds', async (t) => {
  const clock = createManualClock()
  const deadline = new Deadline(new AbortController().signal, clock)
  deadline.limit(49.755124)
  clock.advance(60)
  t.match(deadline.signal.reason, { code: 'QUALM_ERR_QUEUE_TIMEOUT', message: /of 50 ms\.$/ })
})

t.test('the end of a request calls off whatever is still under way', async (t) => {
  const client = new AbortController()
  const deadline = new Deadline(client.signal, createManualClock())
  t.notOk(deadline.signal.aborted)
  deadline.stop()
  t.ok(deadline.signal.aborted)
})
