/** Server-sent events as clients and servers write them. */
import t from 'tap'
import { readEvent } from '../../src/chat/events.js'

const read = (text: string) => readEvent(Buffer.from(text))

t.test('data on several lines are one, and leave as one line', async (t) => {
  const event = read('event: x\ndata: {"a":\ndata: 1}\n\n')
  t.equal(event?.data, '{"a":\n1}')
  t.equal(event?.with('{"a":2}'), 'event: x\ndata: {"a":2}\n\n')
})

t.test('what stands around the data stays, CRLF included', async (t) => {
  t.equal(read('id: 7\r\ndata:{"a":1}\r\n\r\n')?.with('{}'), 'id: 7\r\ndata:{}\r\n\r\n')
})

t.test('a comment has no data', async (t) => {
  t.equal(read(': ping\n\n'), null)
})
