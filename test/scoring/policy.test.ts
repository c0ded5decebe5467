import t from 'tap'
import { setupScoring, storedPolicy } from '../fixtures/scoring-setup.js'

const answer = (...logprobs: readonly number[]) => ({
  text: 'a'.repeat(logprobs.length),
  logprobs: { content: logprobs.map((logprob) => ({ token: 'a', logprob })) },
  decoding: { temperature: 0, basis: 'pre_sampling' as const }
})

t.test('an answer at or below the threshold is accepted, one above is not', async (t) => {
  const { score } = setupScoring({ policies: [storedPolicy()] })
  const decide = async (...logprobs: readonly number[]) =>
    (await score({ answer: answer(...logprobs), scorers: ['g_nll'], policy: 'bot' })).decision
  t.match(await decide(-0.5, -0.5), {
    action: 'accept',
    policy: 'bot@1',
    score: 1,
    threshold: 1,
    guarantee: { target: 0.05, n: 100, valid: true }
  })
  t.match(await decide(-0.5, -0.6), { action: 'abstain' })
})

t.test('the scorer of the policy runs even when it is not listed', async (t) => {
  const { score } = setupScoring({ policies: [storedPolicy()] })
  const result = await score({ answer: answer(-0.5), scorers: ['perplexity'], policy: 'bot' })
  t.same(Object.keys(result.scores), ['perplexity', 'g_nll'])
  t.equal(result.decision?.action, 'accept')
})

t.test('a policy judges the value under its own options, the answer reports the one that was asked for', async (t) => {
  const policy = storedPolicy({ options: { include_eos: 'never' }, threshold: 0.6 })
  const { score } = setupScoring({ policies: [policy] })
  const content = [
    { token: 'a', logprob: -0.5 },
    { token: '</s>', logprob: -0.3 }
  ]
  const result = await score({
    answer: { text: 'a', finish_reason: 'stop', logprobs: { content } },
    scorers: ['g_nll'],
    policy: 'bot'
  })
  t.equal(result.scores.g_nll?.value, 0.8)
  t.match(result.decision, { action: 'accept', score: 0.5 })
})

t.test('missing evidence is reviewed with its reason, never accepted', async (t) => {
  const { score } = setupScoring({ policies: [storedPolicy()] })
  const result = await score({
    answer: 'a',
    samples: ['a', 'b'],
    fill: 'never',
    scorers: ['lexical_similarity'],
    policy: 'bot'
  })
  t.match(result.decision, { action: 'review', score: null, reason: 'needs_logprobs' })
})

t.test('a value that is only a bound, or too good to be true, is reviewed instead of accepted', async (t) => {
  const { score } = setupScoring({ policies: [storedPolicy()] })
  const decide = async (supplied: object) => {
    const result = await score({
      answer: { ...answer(-0.5), ...supplied },
      scorers: ['g_nll', 'conformal_abstention'],
      policy: 'bot'
    })
    t.match(result.scores.conformal_abstention?.detail, { action: result.decision?.action })
    return result.decision
  }
  t.match(await decide({}), { action: 'accept' })
  t.match(await decide({ finish_reason: 'length' }), { action: 'review', reason: 'truncated', score: 0.5 })
  t.match(await decide({ ...answer(0, 0) }), { action: 'review', reason: 'degenerate_logprobs', score: 0 })
  const legacy = { text: 'ab', logprobs: { tokens: ['a', 'b'], token_logprobs: [null, -0.5] } }
  t.match(await decide(legacy), { action: 'review', reason: 'first_token_unscored' })
})

t.test('identical supplied samples do not make an answer acceptable', async (t) => {
  const policy = storedPolicy({ scorer: 'lexical_similarity', options: {}, threshold: 0.5 })
  const { score } = setupScoring({ policies: [policy] })
  const request = { samples: Array<string>(5).fill('Paris'), scorers: ['lexical_similarity', 'conformal_abstention'] }
  const result = await score({ ...request, policy: 'bot' })
  t.match(result.decision, { action: 'review', reason: 'degenerate_samples' })
  t.equal(result.scores.lexical_similarity?.value, 0, 'the score itself is told')
  t.match(result.scores.conformal_abstention, { status: 'failed', reason: 'degenerate_samples' })
})

t.test('a policy that was made with other models promises nothing', async (t) => {
  const bound = (id: string, digest: string) =>
    storedPolicy({
      binding: { scorer: 'g_nll', models: [{ role: 'language', id, digest }] }
    })
  for (const policy of [bound('scripted-language', 'other files'), bound('another model', 'digest-language')]) {
    const { score } = setupScoring({ policies: [policy] })
    const result = await score({ prompt: 'x', preset: 'fast', policy: 'bot' })
    t.match(result.decision, { action: 'review', reason: 'guarantee_broken', guarantee: { valid: false } })
    t.ok(result.warnings.some((warning) => warning.code === 'policy_binding'))
  }
  const { score } = setupScoring({ policies: [bound('scripted-language', 'digest-language')] })
  t.match((await score({ prompt: 'x', preset: 'fast', policy: 'bot' })).decision, { action: 'accept' })
})

t.test('a policy of raw scores decides, and says that nothing binds it to the model', async (t) => {
  const { score } = setupScoring({ policies: [storedPolicy({ binding: 'unknown' })] })
  const result = await score({ answer: answer(-0.5), scorers: ['g_nll'], policy: 'bot' })
  t.match(result.decision, { action: 'accept', guarantee: { valid: true } })
  t.ok(result.warnings.some((warning) => warning.code === 'binding_unknown'))
})

t.test('conformal abstention compares with the right answers of the policy', async (t) => {
  const { score } = setupScoring({ policies: [storedPolicy()] })
  const result = await score({ answer: answer(-0.5), scorers: ['conformal_abstention'], policy: 'bot' })
  t.match(
    result.scores.conformal_abstention,
    { status: 'ok', value: 3 / 5, detail: { policy: 'bot@1', scorer: 'g_nll', n: 4, action: 'accept' } },
    'two of four calibration answers are at least as uncertain: (1 + 2) / (4 + 1)'
  )
})

t.test('conformal abstention has no value where the scorer of the policy has none', async (t) => {
  const { score } = setupScoring({ policies: [storedPolicy()] })
  const result = await score({
    answer: 'a',
    samples: ['a', 'b'],
    fill: 'never',
    policy: 'bot',
    scorers: ['lexical_similarity', 'conformal_abstention']
  })
  t.match(result.scores.conformal_abstention, { status: 'skipped', value: null, reason: 'needs_logprobs' })
})

t.test('a policy on a scorer that is high when certain compares in the uncertain direction', async (t) => {
  const policy = storedPolicy({
    scorer: 'verbalized_confidence',
    direction: 'higher_is_more_certain',
    options: {},
    threshold: -0.7,
    calibration: [-0.9]
  })
  const { score } = setupScoring({ policies: [policy] })
  const decide = async (confidence: number) => {
    const scorers = ['verbalized_confidence']
    return (await score({ verbalized: { confidence }, fill: 'never', scorers, policy: 'bot' })).decision
  }
  t.match(await decide(0.8), { action: 'accept', score: 0.8, threshold: 0.7 })
  t.match(await decide(0.6), { action: 'abstain' })
})
