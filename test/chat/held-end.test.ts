/** The end of a stream waits for text that may follow. */
import t from 'tap'
import { eventOf } from '../../src/chat/events.js'
import { HeldEnd } from '../../src/chat/held-end.js'

const chunk = (delta: object, finish: string | null = null, index = 0) =>
  eventOf(JSON.stringify({ id: 'c', choices: [{ index, delta, finish_reason: finish }] }))

t.test('words go on, the end and what follows it is held', async (t) => {
  const end = new HeldEnd(true)
  const [word, stop, usage] = [chunk({ content: 'Hi' }), chunk({}, 'stop'), eventOf('{"choices":[],"usage":{}}')]
  t.same(
    [word, stop, usage].map((event) => end.pass(event)),
    [word, '', '']
  )
  t.same(end.release(), [stop, usage])
  t.same(end.release(), [])
})

t.test('words that come with the end go on without it', async (t) => {
  const end = new HeldEnd(true)
  t.same(end.pass(chunk({ content: ' there' }, 'stop')), chunk({ content: ' there' }))
  const [held] = end.release()
  t.match(String(held), /"delta":\{\},"logprobs":null,"finish_reason":"stop"/u)
})

t.test('the end of another choice holds nothing, and nothing is held where no text may follow', async (t) => {
  const other = chunk({}, 'stop', 1)
  t.same(new HeldEnd(true).pass(other), other)
  const own = chunk({}, 'stop')
  t.same(new HeldEnd(false).pass(own), own)
})

t.test('bytes that are no chunk go on as they are', async (t) => {
  const comment = Buffer.from(': ping\n\n')
  t.equal(new HeldEnd(true).pass(comment), comment)
})

t.test('words of other choices go on when the first has ended', async (t) => {
  const end = new HeldEnd(true)
  const [stop, word] = [chunk({}, 'stop'), chunk({ content: 'Ho' }, null, 1)]
  t.same(
    [stop, word].map((event) => end.pass(event)),
    ['', word]
  )
  t.same(end.release(), [stop])
})

t.test('words of another choice in the same chunk go on without the end', async (t) => {
  const end = new HeldEnd(true)
  const both = [
    { index: 0, delta: {}, finish_reason: 'stop' },
    { index: 1, delta: { content: 'Ho' }, finish_reason: null }
  ]
  const out = String(end.pass(eventOf(JSON.stringify({ choices: both }))))
  t.match(out, /"Ho"/u)
  t.notMatch(out, /"stop"/u)
  t.match(String(end.release()[0]), /"stop"/u)
})
