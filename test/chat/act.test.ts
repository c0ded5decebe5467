import t from 'tap'
import { actsOf, WITHHELD, type ActingOptions } from '../../src/chat/act.js'
import { QualmError } from '../../src/errors.js'
import { fakeResult } from '../fixtures/fake-scoring.js'

const PRICES = { inputPerMillion: 1, outputPerMillion: 10, currency: 'EUR' }
const answer = (content: string, model: string) =>
  JSON.stringify({
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, logprobs: { content: [] }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 10 }
  })

const SMALL = answer('Sydney', 'small')
const LARGE = answer('Canberra', 'large')

function assessedAs(action: 'accept' | 'review' | 'abstain' | 'escalate') {
  const decision = { action, policy: 'bot@1', score: 0.5 }
  const usage = { prompt_tokens: 0, completion_tokens: 0, entailment_pairs: 0, embedded_texts: 0, model_calls: 0 }
  const result = fakeResult({ decision: decision as never, usage })
  return { json: { scores: {}, decision }, result }
}

function acts(changes: Partial<ActingOptions> = {}) {
  return actsOf({
    asked: { on_abstain: { do: 'replace' }, on_escalate: { model: 'large' } },
    model: 'small',
    pricesOf: () => null,
    askOther: async () => LARGE,
    ...changes
  })
}

const contentOf = (text: string) =>
  (JSON.parse(text) as { choices: { message: { content: string }; logprobs: unknown }[] }).choices[0]

t.test('an accepted answer is left as it is', async (t) => {
  const { text, assessed } = await acts().whole({ text: SMALL, assessed: assessedAs('accept') })
  t.equal(text, SMALL)
  t.notOk('act' in assessed.json)
})

t.test('an answer that is abstained on is replaced, and its log-probabilities go with it', async (t) => {
  const { text, assessed } = await acts().whole({ text: SMALL, assessed: assessedAs('abstain') })
  t.match(contentOf(text), { message: { content: WITHHELD }, logprobs: null })
  t.match(assessed.json, { act: { did: 'replaced' } })
})

t.test('that a stronger model gave nothing is told beside the answer', async (t) => {
  const told: unknown[] = []
  const failed: ActingOptions['failed'] = (why) => void told.push(why.code)
  const askOther = async () => Promise.reject(new QualmError('QUALM_ERR_UPSTREAM_DOWN', 'It is down.'))
  await acts({ askOther, failed }).whole({ text: SMALL, assessed: assessedAs('escalate') })
  await acts({ askOther: async () => answer('', 'large'), failed }).behind(assessedAs('escalate'), null)
  await acts({ failed }).whole({ text: SMALL, assessed: assessedAs('escalate') })
  t.strictSame(told, ['QUALM_ERR_UPSTREAM_DOWN', 'QUALM_ERR_UPSTREAM'])
})

t.test('a note is appended, or nothing but the mark is left', async (t) => {
  const note = acts({ asked: { on_abstain: { do: 'append', message: 'Please check.' } } })
  t.match(contentOf((await note.whole({ text: SMALL, assessed: assessedAs('abstain') })).text), {
    message: { content: 'Sydney\n\nPlease check.' }
  })
  const mark = acts({ asked: { on_abstain: { do: 'mark' } } })
  t.equal((await mark.whole({ text: SMALL, assessed: assessedAs('abstain') })).text, SMALL)
})

t.test('an escalated answer is the stronger model’s, with the costs of both', async (t) => {
  const asked: string[] = []
  const cascade = acts({
    pricesOf: () => PRICES,
    askOther: async (alias) => {
      asked.push(alias)
      return LARGE
    }
  })
  const { text, assessed } = await cascade.whole({ text: SMALL, assessed: assessedAs('escalate') })
  t.same(asked, ['large'])
  t.equal(text, LARGE)
  const paid = (100 * 1 + 10 * 10) / 1e6
  t.match(assessed.json, {
    act: { did: 'escalated', model: 'large' },
    costs: {
      answer: { model: 'small', amount: paid, currency: 'EUR' },
      escalation: { model: 'large', amount: paid, currency: 'EUR' }
    }
  })
})

t.test('a stronger model that fails leaves the first answer, and says so', async (t) => {
  const error = new QualmError('QUALM_ERR_UPSTREAM_DOWN', 'It is down.')
  const failing = acts({ askOther: () => Promise.reject(error) })
  const { text, assessed } = await failing.whole({ text: SMALL, assessed: assessedAs('escalate') })
  t.equal(text, SMALL)
  t.match(assessed.json, { act: { did: 'failed', model: 'large', error: { code: 'QUALM_ERR_UPSTREAM_DOWN' } } })
})

t.test('behind a streamed answer comes the note or the stronger answer', async (t) => {
  t.match(await acts().behind(assessedAs('abstain'), null), {
    text: `\n\n${WITHHELD}`,
    assessed: { json: { act: { did: 'appended' } } }
  })
  t.match(await acts().behind(assessedAs('escalate'), null), {
    text: '\n\nCanberra',
    assessed: { json: { act: { did: 'escalated' }, costs: { answer: { prompt_tokens: null, amount: null } } } }
  })
  t.equal((await acts().behind(assessedAs('review'), null)).text, null)
})
