import { join } from 'node:path'
import t from 'tap'
import type { GenerateResult, ScoreTextResult } from '../../../src/engine/engine.js'
import { logSoftmax } from '../../../src/engine/language/logits.js'
import { encodeText } from '../../../src/engine/language/prompt.js'
import { loadTokenizer } from '../../../src/engine/model-files.js'
import { END_TOKEN_ID, START_TOKEN_ID } from '../../fixtures/onnx/byte-tokenizer.js'
import { TINY_DECODER } from '../../fixtures/onnx/decoder-shape.js'
import { asking, firstRun, openEmbedded, openFolder, openTiny } from './under-test.js'

const root = t.testdir()
const EXACT_NATS = 1e-3
/** Decode and prefill round int8 activations differently; see models/README.md. */
const QUANTIZED_NATS = 0.5
const QUESTIONS = [
  'What is the capital of France?',
  'Who wrote Hamlet?',
  'Name a colour.',
  '2 + 2 =',
  'Hi',
  'Why?',
  'Where?',
  'Say yes.',
  'Go on',
  'How old is it?'
]

/** Largest difference of a log-probability or an entropy, or infinity when the tokens differ. */
function difference(generated: GenerateResult, scored: ScoreTextResult): number {
  const [row] = generated.rows
  const [decodedIds, scoredIds] = [row!.tokens, scored.tokens].map((tokens) => String(tokens.map(({ id }) => id)))
  if (decodedIds !== scoredIds) return Number.POSITIVE_INFINITY
  return Math.max(
    ...scored.tokens.flatMap((token, at) => {
      const decoded = row!.tokens[at]!
      return [Math.abs(token.logprob - decoded.logprob), Math.abs(token.entropy - decoded.entropy)]
    })
  )
}

for (const style of ['gqa', 'concat'] as const) {
  t.test(`a ${style} model scores its own answers as it decoded them`, async (t) => {
    const model = await openTiny(t, root, style)
    const tokenizer = await loadTokenizer({ location: join(root, style), remote: false, cacheDir: root })
    let compared = 0
    for (const question of QUESTIONS) {
      const generated = await model.generate({ messages: asking(question), maxTokens: 60, topCount: 2 })
      const [row] = generated.rows
      const ids = row!.tokens.filter((token) => !token.end).map(({ id }) => id)
      // A model may spell a text in other tokens than the tokenizer; only the canonical ones come back.
      if (row!.finishReason !== 'stop' || String(encodeText(tokenizer, row!.text)) !== String(ids)) continue
      compared += 1
      const scored = await model.score({ messages: asking(question), text: row!.text, includeEnd: true, topCount: 2 })
      t.ok(difference(generated, scored) < EXACT_NATS, `${difference(generated, scored)} nats for ${question}`)
      t.strictSame(
        scored.tokens.map(({ text, end }) => [text, end]),
        row!.tokens.map(({ text, end }) => [text, end])
      )
      t.equal(scored.promptTokens, generated.promptTokens)
    }
    t.ok(compared >= 3, `${compared} answers were compared`)
  })
}

t.test('the embedded model scores its own answer as it decoded it, within its rounding', async (t) => {
  const model = await openEmbedded(t)
  const messages = asking('Answer the question with a short phrase. What is the capital of France?')
  const generated = await model.generate({ messages, maxTokens: 24 })
  const [row] = generated.rows
  t.equal(row!.finishReason, 'stop')
  const scored = await model.score({ messages, text: row!.text })
  const nats = scored.tokens.map(({ logprob }, at) => Math.abs(logprob - row!.tokens[at]!.logprob))
  t.strictSame(
    scored.tokens.map(({ id }) => id),
    row!.tokens.map(({ id }) => id)
  )
  t.ok(Math.max(...nats) < QUANTIZED_NATS, `${Math.max(...nats)} nats`)
})

t.test('a long text is scored in pieces as in one run', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const decoder = await openFolder(t, join(root, 'gqa'))
  const tokenizer = await loadTokenizer({ location: join(root, 'gqa'), remote: false, cacheDir: root })
  const text = 'the answer is and in, not on. '.repeat(10)
  const ids = [START_TOKEN_ID, ...encodeText(tokenizer, text)]
  t.ok(ids.length > 150)
  const logits = await decoder.logits(firstRun(decoder, ids))
  const { vocabulary } = decoder.shape
  const rowAt = (at: number) => logits.slice(at * vocabulary, (at + 1) * vocabulary)
  const expected = ids.slice(1).map((id, at) => logSoftmax(rowAt(at)).logprobs[id]!)
  const { tokens, promptTokens } = await model.score({ messages: null, text, includeEnd: false })
  t.equal(promptTokens, 1)
  t.equal(tokens.length, expected.length)
  t.ok(tokens.every(({ logprob }, at) => Math.abs(logprob - expected[at]!) < EXACT_NATS))
  t.equal(tokens.map((token) => token.text).join(''), text)
})

t.test('an empty text is scored by the probability of ending at once', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const {
    rows: [row]
  } = await model.generate({ maxTokens: 1, topCount: 20 })
  const end = row!.tokens[0]!.top.find(({ id }) => id === END_TOKEN_ID)!
  const { tokens } = await model.score({ text: '', includeEnd: true })
  t.equal(tokens.length, 1)
  t.match(tokens[0], { id: END_TOKEN_ID, end: true, text: '' })
  t.ok(Math.abs(tokens[0]!.logprob - end.logprob) < EXACT_NATS)
})

t.test('an empty text without its end has no tokens', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  t.strictSame((await model.score({ text: '', includeEnd: false })).tokens, [])
})

t.test('one token without a prompt is scored', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const { tokens } = await model.score({ messages: null, text: 'a', includeEnd: false })
  const both = (await model.score({ messages: null, text: 'ab', includeEnd: false })).tokens
  t.equal(tokens.length, 1)
  t.ok(Math.abs(tokens[0]!.logprob - both[0]!.logprob) < EXACT_NATS)
})

t.test('alternatives of every position are told, as many as asked for', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const { tokens } = await model.score({ text: ' the', topCount: 5 })
  for (const { top } of tokens) {
    t.equal(top.length, 5)
    t.ok(top.every(({ logprob }, at) => at === 0 || logprob <= top[at - 1]!.logprob))
  }
  t.strictSame(
    (await model.score({ text: ' the', topCount: 0 })).tokens.map(({ top }) => top),
    [[], []]
  )
})

t.test('a scored text does not depend on the prompt cache or on rows that run', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const request = { text: 'the answer is on', topCount: 3 }
  const cold = await model.score(request)
  t.strictSame(await model.score(request), cold, 'with the prompt in the cache')
  const running = model.generate({ maxTokens: 60, ignoreEnd: true })
  t.strictSame(await model.score(request), cold, 'while a row runs')
  await running
})

t.test('a text that does not fit the context window with its prompt is refused', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const { promptTokens } = await model.score({ text: 'z', includeEnd: false })
  const room = TINY_DECODER.contextTokens - promptTokens
  t.equal((await model.score({ text: 'z'.repeat(room), includeEnd: false })).tokens.length, room)
  await t.rejects(model.score({ text: 'z'.repeat(room + 1), includeEnd: false }), { code: 'QUALM_ERR_PROMPT_TOO_LONG' })
})

t.test("option probabilities are those of the options' first tokens", async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const {
    rows: [row]
  } = await model.generate({ maxTokens: 1, topCount: 20 })
  const shown = row!.tokens[0]!.top.filter(({ text }) => /^[a-z]$/u.test(text)).slice(0, 3)
  t.equal(shown.length, 3)
  const [first, second, third] = shown.map(({ text, logprob }) => ({ text, p: Math.exp(logprob) }))
  const options = [[first!.text], [second!.text, `${third!.text}!`, `${second!.text}?`], []]
  const { probabilities } = await model.options({ options })
  t.ok(Math.abs(probabilities[0]! - first!.p) < 1e-5)
  t.ok(Math.abs(probabilities[1]! - (second!.p + third!.p)) < 1e-5, 'each first token counts once')
  t.equal(probabilities[2], 0)
})

t.test('options after a started answer are read where it ends', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const {
    probabilities: [p]
  } = await model.options({ prefill: 'Answer: x', options: [['q']] })
  const { tokens } = await model.score({ text: 'Answer: xq', includeEnd: false })
  t.ok(Math.abs(p! - Math.exp(tokens.at(-1)!.logprob)) < 1e-5)
})
