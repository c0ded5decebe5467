import t from 'tap'
import { join } from 'node:path'
import { AutoTokenizer, env } from '@xenova/transformers'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { TINY_ENCODER } from '../fixtures/onnx/encoder.js'
import { int64Tensor, openSession } from '../fixtures/onnx/session.js'
import { writeTinyEncoder } from '../fixtures/tiny-models.js'

const FIRST = [2, 30, 31, 3]
const SECOND = [2, 40, 3]
const PAD = 0

const root = t.testdir()
env.allowRemoteModels = false
env.localModelPath = root
await writeTinyEncoder(join(root, 'entailment'), 'entailment')
await writeTinyEncoder(join(root, 'embedding'), 'embedding')

interface Encoding {
  readonly ids: readonly (readonly number[])[]
  readonly mask: readonly (readonly number[])[]
}

/** One run with token types all 0, or all 1 when asked for. */
function run(session: InferenceSession, { ids, mask }: Encoding, type = 0): Promise<Record<string, Tensor>> {
  return session.run({
    input_ids: int64Tensor(ids),
    attention_mask: int64Tensor(mask),
    token_type_ids: int64Tensor(ids.map((row) => row.map(() => type)))
  })
}

function alone(ids: readonly number[]): Encoding {
  return { ids: [ids], mask: [ids.map(() => 1)] }
}

const BATCH: Encoding = {
  ids: [FIRST, [...SECOND, PAD]],
  mask: [
    [1, 1, 1, 1],
    [1, 1, 1, 0]
  ]
}

function difference(left: Float32Array, right: Float32Array): number {
  return left.reduce((most, value, at) => Math.max(most, Math.abs(value - right[at]!)), 0)
}

t.test('a tiny entailment model gives three logits a pair, the same alone and padded in a batch', async (t) => {
  const session = await openSession(join(root, 'entailment'))
  const both = (await run(session, BATCH))['logits']!
  t.same(both.dims, [2, TINY_ENCODER.classes])
  const [first, second] = await Promise.all(
    [FIRST, SECOND].map(async (ids) => (await run(session, alone(ids)))['logits']!.data as Float32Array)
  )
  const rows = both.data as Float32Array
  t.ok(difference(first!, rows.subarray(0, 3)) <= 1e-5)
  t.ok(difference(second!, rows.subarray(3)) <= 1e-5)
  t.ok(difference(first!, second!) > 0.1, 'texts are told apart')
})

t.test('a tiny entailment model tells the premise from the hypothesis', async (t) => {
  const session = await openSession(join(root, 'entailment'))
  const premise = (await run(session, alone(FIRST)))['logits']!.data as Float32Array
  const hypothesis = (await run(session, alone(FIRST), 1))['logits']!.data as Float32Array
  t.ok(difference(premise, hypothesis) > 0.01)
})

t.test('a tiny embedding model gives hidden states, the same alone and padded in a batch', async (t) => {
  const session = await openSession(join(root, 'embedding'))
  const both = (await run(session, BATCH))['last_hidden_state']!
  t.same(both.dims, [2, FIRST.length, TINY_ENCODER.hidden])
  const second = (await run(session, alone(SECOND)))['last_hidden_state']!.data as Float32Array
  const offset = FIRST.length * TINY_ENCODER.hidden
  t.ok(difference(second, (both.data as Float32Array).subarray(offset, offset + second.length)) <= 1e-5)
})

t.test('a text may fill the window and no more', async (t) => {
  const session = await openSession(join(root, 'embedding'))
  const full = new Array<number>(TINY_ENCODER.contextTokens).fill(30)
  t.equal((await run(session, alone(full)))['last_hidden_state']!.dims[1], TINY_ENCODER.contextTokens)
  await t.rejects(run(session, alone([...full, 30])))
})

t.test('the word tokenizer marks both texts of a pair and spells unknown words out', async (t) => {
  const tokenizer = await AutoTokenizer.from_pretrained('entailment')
  const pair = tokenizer('Paris is the capital.', { text_pair: 'Who?', return_tensor: false }) as unknown as {
    readonly input_ids: readonly number[]
    readonly token_type_ids: readonly number[]
  }
  const types = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1]
  t.same(pair.token_type_ids, types)
  t.equal(pair.input_ids.length, types.length)
  const spelt = tokenizer.encode('Zebra-7')
  t.notOk(spelt.includes(1), 'nothing is unknown')
  t.equal(tokenizer.decode(spelt, { skip_special_tokens: true }), 'zebra - 7')
})
