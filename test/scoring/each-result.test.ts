import t from 'tap'
import { withEachResult } from '../../src/scoring/scoring.js'
import { completion } from '../fixtures/completions.js'
import { createFakeScoring } from '../fixtures/fake-scoring.js'
import { setupSidecar } from '../fixtures/sidecar.js'
import { json } from '../fixtures/upstream-server.js'

const context = { signal: new AbortController().signal, requestId: 'req-1' }

t.test('every result is seen, blank ones with the reason why', async (t) => {
  const seen: (string | null)[] = []
  const scoring = withEachResult(createFakeScoring(), (_, result, blank) => {
    seen.push(blank?.reason ?? null)
    return { ...result, id: `seen_${seen.length}` }
  })
  const why = { reason: 'no_answer_text', message: 'It calls tools.' }
  t.equal((await scoring.score({ prompt: 'Where?' }, context)).id, 'seen_1')
  t.equal((await (await scoring.begin({ prompt: 'Where?' }, context)).finish({ text: 'Here' })).id, 'seen_2')
  t.equal((await (await scoring.begin({ prompt: 'Where?' }, context)).blank(why)).id, 'seen_3')
  t.same(seen, [null, null, 'no_answer_text'])
})

t.test('the review of an answer that is no text is counted', async (t) => {
  const { post, make, app, server } = await setupSidecar(t, { small: {} })
  const examples = Array.from({ length: 100 }, (_, i) => ({ score: i * 0.02, correct: i < 70 }))
  const objective = { kind: 'selective_error', target: 0.1, level: 0.9 }
  await make('policies', { name: 'bot', scorer: 'g_nll', examples, objective })
  const whole = completion({ text: 'Canberra' })
  const tool = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }
  const message = { role: 'assistant', content: null, tool_calls: [tool] }
  server('small').use(json({ ...whole, choices: [{ ...whole.choices[0]!, message, finish_reason: 'tool_calls' }] }))
  await post({ model: 'small', messages: [{ role: 'user', content: 'Rain?' }], uncertainty: { policy: 'bot' } })
  const { body } = await app.inject('/metrics')
  t.match(body, /qualm_decisions_total\{action="review"\} 1/)
  t.match(body, /qualm_scores_total\{method="g_nll",status="skipped"\} 1/)
})
