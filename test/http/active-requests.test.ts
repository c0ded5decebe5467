import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { ActiveRequests } from '../../src/http/active-requests.js'

/** A response as far as its end is concerned. */
function createResponse(end: { readonly destroyed?: boolean; readonly writableFinished?: boolean } = {}) {
  const response = Object.assign(new EventEmitter(), { destroyed: false, writableFinished: false, ...end })
  return { response: response as unknown as ServerResponse, close: () => response.emit('close') }
}

t.test('one response has one signal', async (t) => {
  const active = new ActiveRequests()
  const { response } = createResponse()
  t.equal(active.signalOf(response), active.signalOf(response))
  t.equal(active.size, 1)
})

t.test('a response that closes unfinished aborts, and is forgotten', async (t) => {
  const active = new ActiveRequests()
  const { response, close } = createResponse()
  const signal = active.signalOf(response)
  close()
  t.match(signal.reason, { code: 'QUALM_ERR_CLIENT_GONE' })
  t.equal(active.size, 0)
})

t.test('a response that was sent does not abort when it closes', async (t) => {
  const active = new ActiveRequests()
  const { response, close } = createResponse({ writableFinished: true })
  const signal = active.signalOf(response)
  close()
  t.equal(signal.aborted, false)
  t.equal(active.size, 0)
})

t.test('a signal that is asked for after the client left has fired already', async (t) => {
  const active = new ActiveRequests()
  t.equal(active.signalOf(createResponse({ destroyed: true }).response).aborted, true)
  t.equal(active.size, 0)
})

t.test('all can be called off with one reason', async (t) => {
  const active = new ActiveRequests()
  const signals = [active.signalOf(createResponse().response), active.signalOf(createResponse().response)]
  const reason = new QualmError('QUALM_ERR_DRAINING', 'Going down.')
  active.abortAll(reason)
  t.same(
    signals.map((signal) => signal.reason as unknown),
    [reason, reason]
  )
})
