import t from 'tap'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AutoTokenizer, env, type PreTrainedTokenizer } from '@xenova/transformers'
import type { InferenceSession } from 'onnxruntime-node'
import { END_TOKEN_ID } from '../fixtures/onnx/byte-tokenizer.js'
import { TINY_DECODER } from '../fixtures/onnx/decoder-shape.js'
import { openSession, runDecoder, type DecoderRun } from '../fixtures/onnx/session.js'
import { writeTinyModel, type DecoderStyle } from '../fixtures/tiny-models.js'

const FOLDER_LIMIT_BYTES = 300_000
const LONG = [1, 80, 104, 270, 66, 9, 120]
const SHORT = [1, 77, 90]
const QUESTIONS = ['What is the capital of France?', 'Who wrote Hamlet?', 'Name a colour.', '2 + 2 =', 'Hi', 'Why?']

const root = t.testdir()
env.allowRemoteModels = false
env.localModelPath = root

async function folderBytes(dir: string): Promise<number> {
  const names = await readdir(dir, { recursive: true })
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

function difference(left: Float32Array, right: Float32Array): number {
  return left.reduce((most, value, at) => Math.max(most, Math.abs(value - right[at]!)), 0)
}

function alone(ids: readonly number[]): DecoderRun {
  return { ids: [ids], mask: [ids.map(() => 1)] }
}

/** Long and short row in one run, the short one padded on the side that the style wants. */
function together(style: DecoderStyle): DecoderRun & { readonly firstShort: number } {
  const padding = LONG.length - SHORT.length
  const [pads, gaps] = [new Array<number>(padding).fill(END_TOKEN_ID), new Array<number>(padding).fill(0)]
  const ones = SHORT.map(() => 1)
  const left = style === 'concat'
  return {
    ids: [LONG, left ? [...pads, ...SHORT] : [...SHORT, ...pads]],
    mask: [LONG.map(() => 1), left ? [...gaps, ...ones] : [...ones, ...gaps]],
    firstShort: left ? padding : 0
  }
}

/** Largest change of a logit that being run together brings to either row. */
async function batchDifference(session: InferenceSession, style: DecoderStyle): Promise<number> {
  const batch = together(style)
  const both = (await runDecoder(session, batch)).logits
  const long = (await runDecoder(session, alone(LONG))).logits[0]!
  const short = (await runDecoder(session, alone(SHORT))).logits[0]!
  return Math.max(
    ...long.map((logits, at) => difference(logits, both[0]![at]!)),
    ...short.map((logits, at) => difference(logits, both[1]![batch.firstShort + at]!))
  )
}

function probabilities(logits: Float32Array): Float32Array {
  const peak = Math.max(...logits)
  const weights = logits.map((logit) => Math.exp(logit - peak))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function entropy(distribution: Float32Array): number {
  return -distribution.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0)
}

function renderPrompt(tokenizer: PreTrainedTokenizer, question: string): number[] {
  const messages = [{ role: 'user', content: question }]
  const text = tokenizer.apply_chat_template(messages, { tokenize: false, add_generation_prompt: true })
  return tokenizer.encode(text as string, { add_special_tokens: false })
}

/** Greedy answer, with each step's distribution. */
async function answer(session: InferenceSession, prompt: readonly number[], maxTokens: number) {
  const steps: { readonly id: number; readonly distribution: Float32Array }[] = []
  let run = alone(prompt)
  while (steps.length < maxTokens && steps.at(-1)?.id !== END_TOKEN_ID) {
    const { logits, cache } = await runDecoder(session, run)
    const distribution = probabilities(logits[0]!.at(-1)!)
    const id = distribution.indexOf(Math.max(...distribution))
    steps.push({ id, distribution })
    run = { ids: [[id]], mask: [new Array<number>(prompt.length + steps.length).fill(1)], cache }
  }
  return steps
}

for (const style of ['gqa', 'concat', 'gqa-dynamic-int8'] as const) {
  t.test(`the folder of a tiny ${style} model is small and the same each time`, async (t) => {
    const [first, second] = [join(root, `${style}-a`), join(root, `${style}-b`)]
    await writeTinyModel(first, style)
    await writeTinyModel(second, style)
    const graphs = await Promise.all([first, second].map((dir) => readFile(join(dir, 'onnx', 'model.onnx'))))
    t.ok(graphs[0]!.equals(graphs[1]!))
    t.ok((await folderBytes(first)) < FOLDER_LIMIT_BYTES)
  })
}

for (const style of ['gqa', 'concat'] as const) {
  t.test(`in a tiny ${style} model one decode step on cached tokens equals prefilling all of them`, async (t) => {
    const dir = join(root, style)
    await writeTinyModel(dir, style)
    const session = await openSession(dir)
    const whole = await runDecoder(session, alone(LONG))
    const start = await runDecoder(session, alone(LONG.slice(0, -1)))
    const step = await runDecoder(session, { ids: [LONG.slice(-1)], mask: [LONG.map(() => 1)], cache: start.cache })
    t.ok(difference(whole.logits[0]!.at(-1)!, step.logits[0]![0]!) <= 1e-4)
    t.ok(difference(whole.logits[0]!.at(-1)!, whole.logits[0]!.at(-2)!) > 1, 'positions are told apart')
  })

  t.test(`in a tiny ${style} model a padded row in a batch equals the row alone`, async (t) => {
    const session = await openSession(join(root, style))
    t.ok((await batchDifference(session, style)) <= 1e-5)
  })
}

t.test('decode steps of rows of unequal length equal the rows alone on left-padded caches', async (t) => {
  const session = await openSession(join(root, 'concat'))
  const batch = together('concat')
  const { cache } = await runDecoder(session, batch)
  const next = await runDecoder(session, { ids: [[55], [56]], mask: batch.mask.map((row) => [...row, 1]), cache })
  const long = await runDecoder(session, alone([...LONG, 55]))
  const short = await runDecoder(session, alone([...SHORT, 56]))
  t.ok(difference(next.logits[0]![0]!, long.logits[0]!.at(-1)!) <= 1e-4)
  t.ok(difference(next.logits[1]![0]!, short.logits[0]!.at(-1)!) <= 1e-4)
})

t.test('a row that is all padding gives finite numbers and leaves its neighbour alone', async (t) => {
  const session = await openSession(join(root, 'concat'))
  const masked = { ids: [SHORT, SHORT], mask: [SHORT.map(() => 1), SHORT.map(() => 0)] }
  const { logits } = await runDecoder(session, masked)
  const single = await runDecoder(session, alone(SHORT))
  t.ok(logits[1]!.every((row) => row.every(Number.isFinite)))
  t.ok(difference(logits[0]!.at(-1)!, single.logits[0]!.at(-1)!) <= 1e-5)
})

t.test('both attention styles compute the same function', async (t) => {
  const [gqa, concat] = await Promise.all(
    ['gqa', 'concat'].map(
      async (style) => (await runDecoder(await openSession(join(root, style)), alone(LONG))).logits[0]!
    )
  )
  t.ok(Math.max(...gqa!.map((logits, at) => difference(logits, concat![at]!))) <= 1e-4)
})

t.test('the dynamic int8 model stays near fp32 but lets batch mates change a row', async (t) => {
  const session = await openSession(join(root, 'gqa-dynamic-int8-a'))
  const exact = await openSession(join(root, 'gqa'))
  const rounded = (await runDecoder(session, alone(SHORT))).logits[0]!.at(-1)!
  const reference = (await runDecoder(exact, alone(SHORT))).logits[0]!.at(-1)!
  t.ok(difference(rounded, reference) < 1)
  t.ok((await batchDifference(session, 'gqa-dynamic-int8')) > 0.01)
})

t.test('the gqa model computes only the last logits when asked to', async (t) => {
  const session = await openSession(join(root, 'gqa'))
  const all = await runDecoder(session, alone(LONG))
  const last = await runDecoder(session, { ...alone(LONG), keepLogits: 2 })
  t.equal(last.logits[0]!.length, 2)
  t.ok(difference(last.logits[0]![1]!, all.logits[0]!.at(-1)!) <= 1e-5)
})

t.test('the tokenizer gives back any text it has encoded', async (t) => {
  const tokenizer = await AutoTokenizer.from_pretrained('gqa')
  for (const text of ['the answer is and in', ' Zürich — 日本 🙂\n\ttab', 'x']) {
    t.equal(tokenizer.decode(tokenizer.encode(text)), text)
  }
  t.ok(Math.max(...tokenizer.encode('ÿ the led Zürich 日本')) < TINY_DECODER.vocabulary)
  t.equal(tokenizer.encode(' the').length, 1, 'merges apply')
  t.same(tokenizer.encode('<|endoftext|><|im_start|><|im_end|>'), [0, 1, 2])
})

t.test('the chat template renders turns and adds a system turn where none is given', async (t) => {
  const tokenizer = await AutoTokenizer.from_pretrained('gqa')
  const user = { role: 'user', content: 'Hi' }
  const options = { tokenize: false, add_generation_prompt: true }
  const shown = '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n'
  t.equal(tokenizer.apply_chat_template([user], options), `<|im_start|>system\nBe brief.<|im_end|>\n${shown}`)
  t.equal(
    tokenizer.apply_chat_template([{ role: 'system', content: 'S' }, user], options),
    `<|im_start|>system\nS<|im_end|>\n${shown}`
  )
})

t.test('greedy answers depend on the prompt, may end, and are neither near-certain nor near-random', async (t) => {
  const tokenizer = await AutoTokenizer.from_pretrained('gqa')
  const session = await openSession(join(root, 'gqa'))
  const answers = []
  for (const question of QUESTIONS) answers.push(await answer(session, renderPrompt(tokenizer, question), 48))
  const distinct = new Set(answers.map((steps) => steps.map(({ id }) => id).join()))
  t.ok(distinct.size >= 4, `${distinct.size} answers differ`)
  const ended = answers.filter((steps) => steps.at(-1)!.id === END_TOKEN_ID)
  t.ok(ended.length >= 2 && ended.length < QUESTIONS.length, `${ended.length} answers ended`)
  t.ok(
    ended.some((steps) => steps.length > 3),
    'an answer has text before its end'
  )
  const steps = answers.flat()
  const meanEntropy = steps.map(({ distribution }) => entropy(distribution)).reduce((a, b) => a + b) / steps.length
  t.ok(meanEntropy > 1 && meanEntropy < 4, `mean entropy ${meanEntropy} nats`)
})
