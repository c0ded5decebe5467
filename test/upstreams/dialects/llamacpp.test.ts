/** Answers in the shapes of llama-cpp-python's server (recorded from 0.3.16) and of llama.cpp's own. */
import t, { type Test } from 'tap'
import { upstreamOf, type Says } from '../../fixtures/dialect-upstream.js'
import { DRAWN, question, type Body } from '../../fixtures/upstream-client.js'

const { signal } = new AbortController()
const open = (t: Test, says: Says) => upstreamOf(t, says, { dialect: 'llamacpp' })

/** As recorded: no bytes, and texts of part characters left empty. */
const pythonAnswer = {
  id: 'chatcmpl-aee204d9-c121-4f08-abc3-ea270eb6b33d',
  object: 'chat.completion',
  created: 1795439107,
  model: 'm',
  choices: [
    {
      index: 0,
      message: { content: 'The capital.', role: 'assistant' },
      logprobs: {
        content: [
          {
            token: 'The',
            logprob: -2.2511990070343018,
            bytes: null,
            top_logprobs: [
              { token: 'The', logprob: -2.2511990070343018, bytes: null },
              { token: '', logprob: -2.457249879837036, bytes: null }
            ]
          },
          { token: ' capital', logprob: -0.1900438815355301, bytes: null, top_logprobs: [] },
          { token: '.', logprob: -0.5924515128135681, bytes: null, top_logprobs: [] }
        ],
        refusal: null
      },
      finish_reason: 'stop'
    }
  ],
  usage: { prompt_tokens: 51, completion_tokens: 3, total_tokens: 54 }
}

const ownEntry = (id: number, token: string, logprob: number) => ({
  id,
  token,
  bytes: [...Buffer.from(token)],
  logprob,
  top_logprobs: [{ id, token, bytes: [...Buffer.from(token)], logprob }]
})

const ownAnswer = {
  choices: [
    {
      finish_reason: 'length',
      index: 0,
      message: { role: 'assistant', content: 'Canberra' },
      logprobs: { content: [ownEntry(6713, 'Can', -0.01), ownEntry(49024, 'berra', -0.02)] }
    }
  ],
  created: 1756000000,
  model: 'big',
  system_fingerprint: 'b6000-abcdef',
  object: 'chat.completion',
  usage: { completion_tokens: 2, prompt_tokens: 12, total_tokens: 14 },
  timings: { prompt_n: 12, prompt_ms: 30.1, predicted_n: 2, predicted_ms: 20.2 }
}

t.test('tokens without bytes are aligned by their texts', async (t) => {
  const { upstream } = await open(t, () => pythonAnswer)
  const { rows, promptTokens } = await upstream.generate(question(), { signal })
  t.match(rows, [{ text: 'The capital.', basis: 'pre_sampling', tokens: [{ id: null }, { text: ' capital' }, {}] }])
  t.equal(promptTokens, 51)
})

t.test('ids are kept where they are told, and a cut answer says so', async (t) => {
  const { upstream } = await open(t, () => ownAnswer)
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows, [{ finishReason: 'length', tokens: [{ id: 6713, top: [{ id: 6713 }] }, { id: 49024 }] }])
})

t.test('its defaults, which truncate and shun repetition, are switched off', async (t) => {
  const { upstream, bodies } = await open(t, () => ownAnswer)
  await upstream.generate(question({ rows: [DRAWN] }), { signal })
  t.match(bodies()[0], { top_k: 0, min_p: 0, top_p: 1, repeat_penalty: 1 })
})

t.test('samples are drawn one by one, each with a seed of its own', async (t) => {
  const { upstream, bodies } = await open(t, () => ownAnswer)
  const { rows } = await upstream.generate(question({ rows: [DRAWN, DRAWN, DRAWN] }), { signal })
  t.equal(rows.length, 3)
  t.equal(new Set(bodies().map(({ seed }: Body) => seed)).size, 3)
  t.notOk(bodies().some((body) => 'n' in body))
})
