import t from 'tap'
import { QualmError } from '../../src/errors.js'
import type { ChatShape } from '../../src/evidence/supplied-logprobs.js'
import { readOutput } from '../../src/evidence/supplied-output.js'

const chat = (...tokens: readonly (readonly [string, number])[]): ChatShape => ({
  content: tokens.map(([token, logprob]) => ({ token, logprob }))
})

function faultOf(read: () => unknown): { code: string; pointer: string | undefined } | null {
  try {
    read()
    return null
  } catch (error) {
    if (!(error instanceof QualmError)) throw error
    return { code: error.code, pointer: error.errors[0]?.pointer }
  }
}

t.test('a bare text has no tokens and says so', async (t) => {
  t.match(readOutput('Canberra', '/answer'), {
    generation: { text: 'Canberra', tokens: null, finishReason: null, basis: 'unknown', source: 'supplied' },
    alignment: 'none',
    greedy: null
  })
})

t.test('chat log-probabilities become tokens with spans', async (t) => {
  const aligned = readOutput(
    {
      text: 'Canberra',
      finish_reason: 'stop',
      logprobs: chat(['Can', -0.11], ['berra', -0.31]),
      decoding: { temperature: 0, basis: 'pre_sampling' }
    },
    '/answer'
  )
  t.equal(aligned.alignment, 'exact')
  t.equal(aligned.greedy, true)
  t.same(
    aligned.generation.tokens?.map((token) => token.logprob),
    [-0.11, -0.31]
  )
  t.same(aligned.spans(), [
    { start: 0, end: 3 },
    { start: 3, end: 8 }
  ])
  t.equal(aligned.generation.basis, 'pre_sampling')
})

t.test('a log-probability above the rounding tolerance is refused with its place', async (t) => {
  const read = (logprob: number) => () =>
    readOutput({ text: 'ab', logprobs: chat(['a', -1], ['b', logprob]) }, '/answer')
  t.same(faultOf(read(0.5)), { code: 'QUALM_ERR_INVALID_LOGPROB', pointer: '/answer/logprobs/content/1/logprob' })
  t.same(faultOf(read(1.1e-4))?.code, 'QUALM_ERR_INVALID_LOGPROB')
  t.same(faultOf(read(NaN))?.code, 'QUALM_ERR_INVALID_LOGPROB')
})

t.test('rounding above zero becomes zero', async (t) => {
  const { generation, censored } = readOutput({ text: 'ab', logprobs: chat(['a', 1e-7], ['b', 1e-4]) }, '/answer')
  t.same(
    generation.tokens?.map((token) => token.logprob),
    [0, 0]
  )
  t.equal(censored, 0)
})

t.test('a value of −1000 or less is censored and bounded, one above is kept', async (t) => {
  const { generation, censored } = readOutput(
    { text: 'abc', logprobs: chat(['a', -9999], ['b', -1000], ['c', -999]) },
    '/answer'
  )
  t.same(
    generation.tokens?.map((token) => [token.logprob, token.censored]),
    [
      [-100, true],
      [-100, true],
      [-999, false]
    ]
  )
  t.equal(censored, 2)
})

t.test('alternatives are checked, sorted and counted as coverage', async (t) => {
  const logprobs = {
    content: [
      {
        token: 'a',
        logprob: Math.log(0.5),
        top_logprobs: [
          { token: 'b', logprob: Math.log(0.2) },
          { token: 'a', logprob: Math.log(0.5) }
        ]
      }
    ]
  }
  const { generation, coverage } = readOutput({ text: 'a', logprobs }, '/answer')
  t.same(
    generation.tokens?.[0]?.alternatives.map(({ text }) => text),
    ['a', 'b']
  )
  t.ok(Math.abs(coverage! - 0.7) < 1e-12)
})

t.test('a token that is missing from its own alternatives adds to the coverage', async (t) => {
  const logprobs = {
    content: [{ token: 'a', logprob: Math.log(0.1), top_logprobs: [{ token: 'b', logprob: Math.log(0.8) }] }]
  }
  t.ok(Math.abs(readOutput({ text: 'a', logprobs }, '/answer').coverage! - 0.9) < 1e-12)
})

t.test('alternatives that add up to more than one are refused', async (t) => {
  const logprobs = {
    content: [
      {
        token: 'a',
        logprob: -0.1,
        top_logprobs: [
          { token: 'a', logprob: -0.1 },
          { token: 'b', logprob: -0.2 }
        ]
      }
    ]
  }
  t.same(
    faultOf(() => readOutput({ text: 'a', logprobs }, '/samples/3')),
    { code: 'QUALM_ERR_INVALID_EVIDENCE', pointer: '/samples/3/logprobs/content/0/top_logprobs' }
  )
})

t.test('alternatives may exceed one by a thousandth', async (t) => {
  const half = Math.log(0.5 + 0.0004)
  const logprobs = {
    content: [
      {
        token: 'a',
        logprob: half,
        top_logprobs: [
          { token: 'a', logprob: half },
          { token: 'b', logprob: half }
        ]
      }
    ]
  }
  t.equal(readOutput({ text: 'a', logprobs }, '/answer').coverage, 1)
})

t.test('an alternative above zero is refused with its place', async (t) => {
  const logprobs = { content: [{ token: 'a', logprob: -1, top_logprobs: [{ token: 'a', logprob: 0.3 }] }] }
  t.same(
    faultOf(() => readOutput({ text: 'a', logprobs }, '/answer')),
    { code: 'QUALM_ERR_INVALID_LOGPROB', pointer: '/answer/logprobs/content/0/top_logprobs/0/logprob' }
  )
})

t.test('tokens that do not rebuild the text fail the alignment and are dropped', async (t) => {
  for (const tokens of [['▁Can', 'berra'], ['token_id:17'], ['Can'], []]) {
    const logprobs = chat(...tokens.map((text) => [text, -1] as const))
    const aligned = readOutput({ text: 'Canberra', logprobs }, '/answer')
    t.equal(aligned.alignment, 'failed')
    t.equal(aligned.generation.tokens, null)
    t.equal(aligned.spans(), null)
  }
})

t.test('a character that is split over tokens is joined by its bytes', async (t) => {
  const logprobs = {
    content: [
      { token: 'Hi ', logprob: -1, bytes: [72, 105, 32] },
      { token: '\\xf0\\x9f', logprob: -1, bytes: [0xf0, 0x9f] },
      { token: '\\x98\\x80', logprob: -1, bytes: [0x98, 0x80] }
    ]
  }
  const aligned = readOutput({ text: 'Hi 😀', logprobs }, '/answer')
  t.equal(aligned.alignment, 'exact')
  t.same(aligned.spans()?.[2], { start: 3, end: 5 })
})

t.test('texts that rebuild the text are enough, whatever the bytes say', async (t) => {
  const logprobs = { content: [{ token: ' a', logprob: -1, bytes: [0xe2, 0x96, 0x81, 97] }] }
  t.equal(readOutput({ text: ' a', logprobs }, '/answer').alignment, 'exact')
})

t.test('a special token after the text is the end token', async (t) => {
  for (const end of ['<|im_end|>', '</s>', '<|eot_id|>', '<|endoftext|>', '']) {
    const { generation, alignment } = readOutput({ text: 'ab', logprobs: chat(['ab', -1], [end, -0.5]) }, '/answer')
    t.equal(alignment, 'exact', end)
    t.match(generation.tokens, [
      { text: 'ab', end: false },
      { text: '', logprob: -0.5, end: true }
    ])
  }
})

t.test('a special token that stands in the text is text', async (t) => {
  const { generation } = readOutput({ text: 'a</s>', logprobs: chat(['a', -1], ['</s>', -0.5]) }, '/answer')
  t.match(generation.tokens, [{ end: false }, { text: '</s>', end: false }])
})

t.test('tokens after the end token are left out', async (t) => {
  const { generation } = readOutput(
    { text: 'a', logprobs: chat(['a', -1], ['<|eot_id|>', -0.5], ['<|endoftext|>', -3]) },
    '/answer'
  )
  t.equal(generation.tokens?.length, 2)
})

t.test('an empty answer may consist of its end token', async (t) => {
  const { generation, alignment } = readOutput({ text: '', logprobs: chat(['<|im_end|>', -2]) }, '/answer')
  t.equal(alignment, 'exact')
  t.match(generation.tokens, [{ end: true, logprob: -2 }])
})

t.test('many empty tokens are refused quickly, not searched', async (t) => {
  const tokens = Array.from({ length: 8192 }, () => ['', -1] as const)
  t.equal(readOutput({ text: 'x'.repeat(60_000), logprobs: chat(...tokens) }, '/answer').alignment, 'failed')
})

t.test('the legacy shape is read like the chat shape', async (t) => {
  const { generation, alignment } = readOutput(
    {
      text: 'ab',
      logprobs: { tokens: ['a', 'b'], token_logprobs: [-0.5, -9999], top_logprobs: [{ a: -0.5, '\n': -2 }, null] }
    },
    '/answer'
  )
  t.equal(alignment, 'exact')
  t.same(
    generation.tokens?.map((token) => [token.logprob, token.alternatives.length]),
    [
      [-0.5, 2],
      [-100, 0]
    ]
  )
})

t.test('the first entry of a legacy echo may be null and is left out of the tokens', async (t) => {
  const aligned = readOutput(
    { text: 'abc', logprobs: { tokens: ['ab', 'c'], token_logprobs: [null, -0.5] } },
    '/answer'
  )
  t.equal(aligned.firstUnscored, true)
  t.equal(aligned.generation.tokens?.length, 1)
  t.same(aligned.spans(), [{ start: 2, end: 3 }], 'the span still counts from the start of the text')
})

t.test('a later null of the legacy shape is a malformed request', async (t) => {
  t.same(
    faultOf(() =>
      readOutput({ text: 'ab', logprobs: { tokens: ['a', 'b'], token_logprobs: [-1, null] } }, '/samples/0')
    ),
    { code: 'QUALM_ERR_VALIDATION', pointer: '/samples/0/logprobs/token_logprobs/1' }
  )
})

t.test('parallel arrays of unequal length are refused', async (t) => {
  t.same(
    faultOf(() => readOutput({ text: 'ab', logprobs: { tokens: ['a', 'b'], token_logprobs: [-1] } }, '/answer')),
    { code: 'QUALM_ERR_INVALID_EVIDENCE', pointer: '/answer/logprobs/token_logprobs' }
  )
})

t.test('a legacy alternative is pointed at by its escaped name', async (t) => {
  t.same(
    faultOf(() =>
      readOutput(
        { text: 'a', logprobs: { tokens: ['a'], token_logprobs: [-1], top_logprobs: [{ '/~': 2 }] } },
        '/answer'
      )
    ),
    { code: 'QUALM_ERR_INVALID_LOGPROB', pointer: '/answer/logprobs/top_logprobs/0/~1~0' }
  )
})
