/** The eight rules for tokens that servers tell in eight ways. */
import t from 'tap'
import type { RawToken } from '../../../src/upstreams/contract.js'
import { normalise as normaliseChoice, type TextChoice } from '../../../src/upstreams/normalise/tokens.js'

const token = (text: string, logprob: unknown = -0.5, more: Partial<RawToken> = {}): RawToken => ({
  text,
  logprob,
  ...more
})

const normalise = (
  tokens: readonly RawToken[] | null,
  text: string,
  more: Partial<TextChoice> = {},
  stop: readonly string[] = []
) => normaliseChoice({ tokens, text, finishReason: 'stop', ...more }, stop)

const textsOf = ({ tokens }: ReturnType<typeof normalise>) => tokens?.map(({ text }) => text)

t.test('values are kept as they are told, and nothing is known of the whole distribution', async (t) => {
  const { tokens } = normalise([token('Can', -0.11, { id: 5 }), token('berra', -0.31)], 'Canberra')
  t.match(tokens, [
    { text: 'Can', id: 5, logprob: -0.11, entropy: null, end: false },
    { text: 'berra', id: null, logprob: -0.31, end: false }
  ])
})

t.test('values that stand for none are bounds, at the floor that supplied ones have, too', async (t) => {
  const top = [
    { text: 'b', logprob: -7 },
    { text: 'a', logprob: -1 }
  ]
  for (const logprob of [null, '-0.5', NaN, -Infinity, -9999, -1000]) {
    const first = token('w')
    t.match(normalise([first, token('x', logprob, { top })], 'wx').tokens?.[1], { logprob: -100, censored: true })
    t.match(normalise([first, token('x', logprob)], 'wx').tokens?.[1], { logprob: -100, censored: true })
  }
})

t.test('rounding above zero becomes zero, more is no log-probability', async (t) => {
  t.match(normalise([token('x', 1e-5)], 'x').tokens, [{ logprob: 0 }])
  t.match(normalise([token('x', 0.5)], 'x'), { tokens: null, lack: { status: 'failed', reason: 'invalid_logprob' } })
})

t.test('alternatives that add up to more than one are refused', async (t) => {
  const top = ['a', 'b'].map((text) => ({ text, logprob: -0.1 }))
  t.match(normalise([token('a', -0.1, { top })], 'a').lack, { reason: 'invalid_logprob' })
})

t.test('a character that is split over tokens is rebuilt from bytes', async (t) => {
  const [first, second] = [
    [0xf0, 0x9f],
    [0x98, 0x80]
  ]
  const split = [token('\ufffd', -0.1, { bytes: first! }), token('\ufffd', -0.2, { bytes: second! })]
  t.same(textsOf(normalise(split, '😀')), ['', '😀'])
  const bare = split.map(({ text, logprob }) => token(text, logprob))
  t.match(normalise(bare, '😀').lack, { status: 'failed', reason: 'alignment_failed' })
})

t.test('tokens that do not rebuild the text tell nothing', async (t) => {
  for (const texts of [['token_id:17'], ['ĠCanberra'], ['Canberra', ' it is']]) {
    const told = normalise(
      texts.map((text) => token(text)),
      'Canberra'
    )
    t.match(told, { tokens: null, lack: { status: 'failed', reason: 'alignment_failed' } })
  }
})

t.test('the end token is told apart, and what follows it is left out', async (t) => {
  const { tokens } = normalise([token('Paris'), token('<|im_end|>', -0.01), token('<|endoftext|>')], 'Paris')
  t.match(tokens, [
    { text: 'Paris', end: false },
    { text: '', end: true, logprob: -0.01 }
  ])
  t.equal(tokens?.length, 2)
})

t.test('no tokens with a text are a lack of log-probabilities; an empty text needs none', async (t) => {
  t.match(normalise(null, 'Paris').lack, { status: 'skipped', reason: 'upstream_no_logprobs' })
  t.match(normalise([], 'Paris').lack, { reason: 'upstream_no_logprobs' })
  t.match(normalise([token('</s>')], '').tokens, [{ end: true }])
})

t.test('a token that contradicts its alternatives is refused', async (t) => {
  const beside = (logprob: number, top: NonNullable<RawToken['top']>) =>
    normalise([token('b', logprob, { top })], 'b').lack?.reason
  t.equal(beside(-0.2, [{ text: 'a', logprob: -0.1 }]), 'invalid_logprob')
  t.equal(beside(0, [{ text: 'b', logprob: -3 }]), 'invalid_logprob')
  t.equal(beside(-3, [{ text: 'a', logprob: -0.1 }]), undefined)
})

t.test('a token without any value tells as little as none', async (t) => {
  t.match(normalise([token('Can', null), token('berra', null)], 'Canberra').lack, { reason: 'upstream_no_logprobs' })
})

t.test('alternatives are told best first', async (t) => {
  const top = [
    { text: 'b', logprob: -4 },
    { text: 'a', logprob: -0.1 }
  ]
  t.match(normalise([token('b', -4, { top })], 'b').tokens?.[0]?.top, [{ text: 'a' }, { text: 'b' }])
})

t.test('a cut answer has no end token, though its last piece may be empty', async (t) => {
  const pieces = [token('Hi'), token('', -2)]
  t.match(normalise(pieces, 'Hi', { finishReason: 'length' }).tokens, [{ end: false }, { end: false }])
  t.match(normalise(pieces, 'Hi').tokens, [{ end: false }, { end: true }])
})

t.test('a last character that was cut may be left out of the text or stand as a replacement', async (t) => {
  const pieces = [token('Hi'), token('\\xf0', -2, { bytes: [0xf0] })]
  t.same(textsOf(normalise(pieces, 'Hi', { finishReason: 'length' })), ['Hi', ''])
  t.same(textsOf(normalise(pieces, 'Hi\ufffd', { finishReason: 'length' })), ['Hi', '\ufffd'])
  t.match(normalise([token('Hi')], 'Hi\ufffd').lack, { reason: 'alignment_failed' })
})

t.test('tokens of a stop string stay behind the text that was cut before it', async (t) => {
  const pieces = [token('Hi'), token(' the'), token('re\n\n'), token('Next')]
  t.same(textsOf(normalise(pieces, 'Hi there', {}, ['\n'])), ['Hi', ' the', 're\n\n'])
  t.match(normalise(pieces, 'Hi there', { finishReason: null }, ['\n']).lack, { reason: 'alignment_failed' })
  t.match(normalise(pieces, 'Hi there', {}, ['!']).lack, { reason: 'alignment_failed' })
})

t.test('what the model thought before the answer is left out of its tokens', async (t) => {
  const pieces = [token('<think>'), token('hm'), token('</think>'), token('\n\n'), token('Pa'), token('ris')]
  t.same(textsOf(normalise(pieces, 'Paris', { reasoning: 'hm' })), ['Pa', 'ris'])
  t.match(normalise(pieces, 'Paris').lack, { reason: 'alignment_failed' })
  t.match(normalise(pieces, 'aris', { reasoning: 'hm' }).lack, { reason: 'alignment_failed' })
  const thoughts = [token('it is '), token('Paris')]
  t.match(normalise(thoughts, 'Paris', { reasoning: 'it is Paris' }).lack, { reason: 'alignment_failed' })
})
