/** Which of the told tokens are the answer's own. */
import t from 'tap'
import { withOwnTokens } from '../../src/chat/own-tokens.js'
import { tokenEntry } from '../fixtures/completions.js'

const entries = (...texts: readonly string[]) => texts.map((text) => tokenEntry({ text, logprob: -0.1 }))
const choice = (text: string, logprobs: readonly object[] | null, reasoning = '') => ({
  index: 0,
  text,
  finishReason: 'stop',
  reasoning,
  logprobs
})
const own = (heard: ReturnType<typeof choice>, stop: readonly string[] = []) =>
  withOwnTokens(heard, stop).logprobs?.map((entry) => (entry as { readonly token: string }).token)

t.test('thoughts before the answer are left out', async (t) => {
  const told = entries('<think>', 'Hm', '</think>', 'Can', 'berra', '</s>')
  t.same(own(choice('Canberra', told, 'Hm')), ['Can', 'berra', '</s>'])
})

t.test('a stop string behind the answer is left out', async (t) => {
  t.same(own(choice('Canberra', entries('Can', 'berra', '\n')), ['\n']), ['Can', 'berra'])
})

t.test('what does not fit the text is left for its reader to refuse', async (t) => {
  t.same(own(choice('Sydney', entries('Can', 'berra'))), ['Can', 'berra'])
  t.equal(own(choice('Sydney', null)), undefined)
})
