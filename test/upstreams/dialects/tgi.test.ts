/** Answers in the shapes of Text Generation Inference: its OpenAI route, `/chat_tokenize` and `/generate`. */
import t, { type Test } from 'tap'
import { upstreamOf, type Says } from '../../fixtures/dialect-upstream.js'
import { DRAWN, question } from '../../fixtures/upstream-client.js'
import { status } from '../../fixtures/upstream-server.js'

const { signal } = new AbortController()
const open = (t: Test, says: Says, more = {}) => upstreamOf(t, says, { dialect: 'tgi', ...more })

const entry = (token: string, logprob: number) => ({ token, logprob, top_logprobs: [{ token, logprob }] })

const answer = {
  object: 'chat.completion',
  id: '',
  created: 1756000000,
  model: 'big',
  system_fingerprint: '3.0.0-sha-8f326c9',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Canberra' },
      logprobs: { content: [entry('Can', -0.1), entry('berra', -0.2), entry('</s>', -0.01)] },
      finish_reason: 'stop'
    }
  ],
  usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 }
}

const reading = { model: 'bot', messages: question().messages, text: 'Canberra', includeEnd: false, topCount: 0 }

/** A tokenizer that puts `<s>` before whatever it reads, as the template does. */
function reads({ inputs }: { readonly inputs?: unknown }) {
  const words = ['<s>', ...String(inputs).split(/(?<=<s>|\] |Can)/u)]
  const prefill = words.map((text, i) => ({ id: text === '<s>' ? 1 : 10 + i, text, logprob: i === 0 ? null : -i }))
  const details = { finish_reason: 'length', generated_tokens: 1, seed: null, prefill, tokens: [], top_tokens: null }
  return { generated_text: '.', details }
}

t.test(
  'tokens without bytes are aligned, the end token apart; a greedy answer is told as the model has it',
  async (t) => {
    const { upstream, bodies } = await open(t, () => answer)
    const { rows } = await upstream.generate(question({ topCount: 20 }), { signal })
    t.match(rows, [{ basis: 'pre_sampling', tokens: [{ text: 'Can' }, { text: 'berra' }, { end: true }] }])
    t.match(bodies(), [{ temperature: 0, top_logprobs: 5 }])
    t.notOk('top_p' in bodies()[0]!)
  }
)

t.test('samples at another temperature than 1 have the values of the sampler', async (t) => {
  const { upstream } = await open(t, () => answer)
  const basisAt = async (temperature: number, topP = 1) =>
    (await upstream.generate(question({ rows: [{ ...DRAWN, temperature, topP }] }), { signal })).rows[0]?.basis
  t.equal(await basisAt(1), 'pre_sampling')
  t.equal(await basisAt(0.7), 'post_sampling')
  t.equal(await basisAt(1, 0.9), 'post_sampling')
})

t.test('a given text is read behind its own template, without doubling the start token', async (t) => {
  const { upstream, bodies, paths } = await open(t, (body, path) =>
    path === '/chat_tokenize' ? { tokenize_response: [], templated_text: '<s>[INST] Capital? [/INST] ' } : reads(body)
  )
  const { tokens, promptTokens } = await upstream.scoreText(reading, { signal })
  t.same(
    tokens.map(({ text }) => text),
    ['Can', 'berra']
  )
  t.ok(tokens.every(({ logprob }) => logprob < 0))
  t.same(paths(), ['/chat_tokenize', '/generate', '/generate'])
  t.match(bodies()[2], { inputs: '[INST] Capital? [/INST] Canberra', parameters: { decoder_input_details: true } })
  t.equal(promptTokens, 5)
})

t.test('a version without its own template route reads no texts', async (t) => {
  const { upstream } = await open(t, () => status(404, ''))
  await t.rejects(upstream.scoreText(reading, { signal }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
})

t.test('it says errors in its own way', async (t) => {
  const overloaded = status(429, '{"error":"Model is overloaded","error_type":"overloaded"}')
  const { upstream } = await open(t, () => overloaded, { limits: { retries: 0 } })
  await t.rejects(upstream.generate(question(), { signal }), {
    code: 'QUALM_ERR_UPSTREAM_LIMIT',
    message: /Model is overloaded/u
  })
})
