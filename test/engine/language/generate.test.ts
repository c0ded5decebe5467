import { join } from 'node:path'
import t from 'tap'
import { AutoModelForCausalLM, type Tensor } from '@xenova/transformers'
import type { GenerateRequest, Row } from '../../../src/engine/engine.js'
import type { Decoder } from '../../../src/engine/language/decoder.js'
import { inverseCdf, logSoftmax, temper } from '../../../src/engine/language/logits.js'
import { encodeMessages } from '../../../src/engine/language/prompt.js'
import { uniform } from '../../../src/engine/language/random.js'
import { languageService } from '../../../src/engine/language/service.js'
import { loadTokenizer } from '../../../src/engine/model-files.js'
import { END_TOKEN_ID } from '../../fixtures/onnx/byte-tokenizer.js'
import { TINY_DECODER } from '../../fixtures/onnx/decoder-shape.js'
import { packageRoot } from '../../fixtures/package-root.js'
import { writeTinyModel } from '../../fixtures/tiny-models.js'
import { workerSettings } from '../../fixtures/worker-settings.js'
import {
  asking,
  EMBEDDED,
  firstRun,
  GREEDY,
  openEmbedded,
  openFolder,
  openTiny,
  sampled,
  underTest
} from './under-test.js'

const root = t.testdir()
const QUESTION = asking('Name the river that flows through Vienna.')

/** Runs prompt and answer as one fresh sequence; yields the distribution before each token of the answer. */
async function freshly(decoder: Decoder, prompt: readonly number[], answer: readonly number[]) {
  const logits = await decoder.logits(firstRun(decoder, [...prompt, ...answer]))
  const { vocabulary } = decoder.shape
  return answer.map((_, at) => {
    const position = prompt.length - 1 + at
    return logSoftmax(logits.slice(position * vocabulary, (position + 1) * vocabulary))
  })
}

/** The tokens that a row drew and should have drawn, and its largest differences from a fresh run of it. */
async function rowAgainstFresh(decoder: Decoder, prompt: readonly number[], row: Row, request: GenerateRequest) {
  const ids = row.tokens.map(({ id }) => id)
  const fresh = await freshly(decoder, prompt, ids)
  const { temperature } = request.rows[row.index]!
  const expected = fresh.map(({ logprobs }, step) => {
    const u = uniform(request.seed, row.index, step)
    return temperature === 0 ? logprobs.indexOf(Math.max(...logprobs)) : inverseCdf(temper(logprobs, temperature), u)
  })
  const worst = (differences: readonly number[]) => Math.max(...differences.map(Math.abs))
  return {
    drawn: ids,
    expected,
    logprob: worst(row.tokens.map((token, at) => token.logprob - fresh[at]!.logprobs[token.id]!)),
    entropy: worst(row.tokens.map((token, at) => token.entropy - fresh[at]!.entropy)),
    top: worst(row.tokens.flatMap(({ top }, at) => top.map(({ id, logprob }) => logprob - fresh[at]!.logprobs[id]!)))
  }
}

const FORKED: GenerateRequest = {
  model: '',
  messages: QUESTION,
  rows: [GREEDY, ...[0.5, 0.8, 1, 1, 1.2, 1.5].map((each) => sampled(each))],
  maxTokens: 40,
  stop: [],
  seed: 12,
  topCount: 4,
  ignoreEnd: true
}

async function promptOf(style: string): Promise<number[]> {
  const folder = join(root, style)
  return encodeMessages(await loadTokenizer({ location: folder, remote: false, cacheDir: folder }), FORKED.messages)
}

for (const style of ['gqa', 'concat'] as const) {
  t.test(`forked rows of a ${style} model are what fresh runs of each row give`, async (t) => {
    const model = await openTiny(t, root, style, { maxRows: 8 })
    const decoder = await openFolder(t, join(root, style))
    const prompt = await promptOf(style)
    for (const row of (await model.generate(FORKED)).rows) {
      const { drawn, expected, logprob, entropy, top } = await rowAgainstFresh(decoder, prompt, row, FORKED)
      t.strictSame(drawn, expected, `row ${row.index} drew from the right distribution at its own u`)
      t.ok(Math.max(logprob, entropy, top) < 1e-3, `log-probabilities ${logprob}, entropies ${entropy}, top ${top}`)
    }
  })

  t.test(`on a ${style} model rows that fork from shared steps equal rows that run one after another`, async (t) => {
    const together = await (await openTiny(t, root, style, { maxRows: 8 })).generate(FORKED)
    const oneByOne = await (await openTiny(t, root, style, { maxRows: 1 })).generate(FORKED)
    t.strictSame(together.rows, oneByOne.rows)
  })
}

t.test('rows that share a history are computed once', async (t) => {
  const model = await openTiny(t, root, 'gqa', { maxRows: 16 })
  await model.generate({ rows: [...new Array(4).fill(GREEDY), ...new Array(8).fill(sampled(0.4))], maxTokens: 12 })
  const { items, tokens } = model.service.stats().runs['decode']!
  t.ok(items < tokens / 2, `${items} branches ran for ${tokens} tokens`)
})

t.test('a prompt that was prefilled before is reused and gives the same numbers', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const cold = await model.generate(FORKED)
  const warm = await model.generate(FORKED)
  t.equal(cold.cachedPromptTokens, 0)
  t.equal(warm.cachedPromptTokens, warm.promptTokens - 2)
  t.strictSame(warm.rows, cold.rows)
})

t.test('rows go on after a given start of the answer, as if the model had written it', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const bare = await model.generate({ messages: QUESTION, maxTokens: 1 })
  const continued = await model.generate({ messages: QUESTION, maxTokens: 3, prefill: 'ab', topCount: 4 })
  const scored = await model.score({ messages: QUESTION, text: 'abc', topCount: 4 })
  const [first, expected] = [continued.rows[0]!.tokens[0]!, scored.tokens[2]!]
  t.strictSame(
    first.top.map(({ id }) => id),
    expected.top.map(({ id }) => id)
  )
  const differences = first.top.map(({ logprob }, at) => Math.abs(logprob - expected.top[at]!.logprob))
  t.ok(Math.max(...differences) < 1e-3, `differences ${differences.join(' ')}`)
  t.equal(continued.promptTokens, bare.promptTokens + 2)
  t.equal(continued.rows[0]!.text, continued.rows[0]!.tokens.map((token) => token.text).join(''))
})

t.test('every row is told as it finishes, once, before the result', async (t) => {
  const model = await openTiny(t, root, 'gqa', { maxRows: 2 })
  const seen: Row[] = []
  const { rows } = await model.generate({ ...FORKED, ignoreEnd: false }, (row) => seen.push(row))
  t.strictSame(
    [...seen].sort((a, b) => a.index - b.index),
    rows
  )
  t.strictSame(
    rows.map(({ index }) => index),
    FORKED.rows.map((_, index) => index)
  )
})

t.test('the end token is recorded with its log-probability and without text', async (t) => {
  const {
    rows: [row]
  } = await (await openTiny(t, root, 'gqa')).generate({ maxTokens: 48, topCount: 1 })
  const last = row!.tokens.at(-1)!
  t.match(last, { id: END_TOKEN_ID, end: true, text: '' })
  t.ok(last.logprob < 0 && last.logprob === last.top[0]!.logprob)
  t.equal(row!.finishReason, 'stop')
  t.equal(row!.tokens.filter((token) => token.end).length, 1)
  t.equal(row!.tokens.map((token) => token.text).join(''), row!.text)
})

t.test('a row that reaches the most tokens allowed is cut', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const {
    rows: [row]
  } = await model.generate({ maxTokens: 2 })
  t.equal(row!.tokens.length, 2)
  t.equal(row!.finishReason, 'length')
  const {
    rows: [single]
  } = await model.generate({ maxTokens: 1 })
  t.strictSame(single!.tokens, row!.tokens.slice(0, 1))
})

t.test('a stop string ends the row with the token that completes it, and the text before it', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const request = { rows: [GREEDY], maxTokens: 40, ignoreEnd: true, messages: QUESTION }
  const {
    rows: [whole]
  } = await model.generate(request)
  const texts = whole!.tokens.map((token) => token.text)
  const isPlain = (text: string) => /^[ -~]+$/u.test(text)
  const at = texts.findIndex((text, index) => index > 3 && isPlain(text) && isPlain(texts[index - 1]!))
  const stop = texts[at - 1]!.slice(-1) + texts[at]!
  const {
    rows: [row]
  } = await model.generate({ ...request, stop: ['never there', stop] })
  const first = whole!.text.indexOf(stop)
  t.equal(row!.text, whole!.text.slice(0, first))
  t.equal(row!.finishReason, 'stop')
  t.strictSame(row!.tokens, whole!.tokens.slice(0, row!.tokens.length))
  const spelt = row!.tokens.map((token) => token.text).join('')
  t.ok(spelt.endsWith(stop) && spelt.indexOf(stop) === first, 'no token more than the stop string needs')
})

t.test('a row ends where the context window does', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const { rows, promptTokens } = await model.generate({
    messages: asking('z'.repeat(440)),
    rows: [GREEDY, sampled(1)],
    maxTokens: 200,
    ignoreEnd: true
  })
  for (const row of rows) {
    t.equal(row.tokens.length, TINY_DECODER.contextTokens - promptTokens)
    t.equal(row.finishReason, 'length')
    t.ok(row.tokens.every((token) => Number.isFinite(token.logprob)))
  }
})

t.test('a prompt that leaves no room for an answer is refused, one that leaves one token is not', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const { promptTokens } = await model.generate({ messages: asking('z'), maxTokens: 1 })
  const room = TINY_DECODER.contextTokens - promptTokens
  const {
    rows: [row]
  } = await model.generate({ messages: asking('z'.repeat(room)), maxTokens: 9 })
  t.equal(row!.tokens.length, 1)
  const tooLong = model.generate({ messages: asking('z'.repeat(room + 1)) })
  await t.rejects(tooLong, { code: 'QUALM_ERR_PROMPT_TOO_LONG', status: 422 })
})

t.test('jobs in flight are finished when the service closes', async (t) => {
  const location = join(root, 'gqa')
  await writeTinyModel(location, 'gqa')
  const model = underTest(await languageService(workerSettings({ location })))
  const pending = model.generate({ maxTokens: 30, ignoreEnd: true })
  await Promise.all([model.service.close(), pending])
  t.equal((await pending).rows[0]!.tokens.length, 30)
})

t.test('a cancelled job ends without an answer and frees what it held', async (t) => {
  const model = await openTiny(t, root, 'gqa', { promptCacheBytes: 0 })
  const answers: unknown[] = []
  const note = (value: unknown) => {
    answers.push(value)
  }
  const request = { ...FORKED, maxTokens: 400 }
  const job = model.service.submit({ kind: 'generate', request }, { partial: note, done: note, fail: note })
  while (model.service.stats().running === 0) await new Promise(setImmediate)
  job.cancel()
  await model.generate({ maxTokens: 1 })
  await new Promise(setImmediate)
  t.strictSame(answers, [])
  t.match(model.service.stats(), { waiting: 0, running: 0, cancelled: 1, kvBytes: 0 })
})

t.test('the embedded model answers, token by token as transformers.js makes it', async (t) => {
  const messages = asking('Answer the question with a short phrase. What is the capital of France?')
  const folder = join(packageRoot, 'models', EMBEDDED)
  const {
    rows: [row]
  } = await (await openEmbedded(t)).generate({ messages, maxTokens: 16, topCount: 1 })
  t.match(row!.text, /Paris/)
  t.ok(row!.tokens.every(({ logprob, entropy, top }) => logprob === top[0]!.logprob && logprob < 0 && entropy > 0))
  const tokenizer = await loadTokenizer({ location: folder, remote: false, cacheDir: root })
  const peer = await AutoModelForCausalLM.from_pretrained(folder, { dtype: 'q8', local_files_only: true })
  t.teardown(() => peer.dispose())
  const template = { add_generation_prompt: true, return_dict: true }
  const inputs = tokenizer.apply_chat_template([...messages], template) as object
  const output = (await peer.generate({ ...inputs, max_new_tokens: 16, do_sample: false })) as Tensor
  const ids = Array.from(output.data as BigInt64Array, Number)
  t.strictSame(
    row!.tokens.map(({ id }) => id),
    ids.slice(encodeMessages(tokenizer, messages).length)
  )
})
