/** Scores whose language model stands behind an upstream: what it does not give never reads as certainty. */
import t from 'tap'
import type { OutputRow, Row } from '../../src/engine/engine.js'
import { QualmError, Unsupported, type ErrorCode } from '../../src/errors.js'
import { setupScoring, storedPolicy } from '../fixtures/scoring-setup.js'
import type { Script } from '../fixtures/scripted-engine.js'

const prompt = 'What is the capital of Australia?'
const LACK = { status: 'skipped', reason: 'upstream_no_logprobs', message: 'It tells none.' } as const
const withoutTokens = ({ index, text, finishReason }: Row): OutputRow => ({
  index,
  text,
  finishReason,
  tokens: null,
  lack: LACK
})
const remote = (script: Script) => setupScoring({ script: { source: 'upstream', ...script } })

t.test('an upstream without log-probabilities skips the scores that need them, and says why', async (t) => {
  const { score } = remote({ told: withoutTokens, samples: ['Canberra', 'Sydney'] })
  const { scores, evidence } = await score({ prompt, scorers: ['g_nll', 'lexical_similarity'], sampling: { n: 4 } })
  t.match(scores.g_nll, { status: 'skipped', value: null, reason: 'upstream_no_logprobs' })
  t.equal(scores.lexical_similarity?.status, 'ok')
  t.match(evidence.answer, { alignment: 'none', basis: 'unknown' })
})

t.test('a policy reviews an answer whose log-probabilities are not told', async (t) => {
  const setup = setupScoring({
    script: { source: 'upstream', told: withoutTokens, samples: ['a', 'b'] },
    policies: [storedPolicy()]
  })
  const { decision } = await setup.score({ prompt, policy: 'bot', scorers: ['lexical_similarity'] })
  t.match(decision, { action: 'review', reason: 'upstream_no_logprobs' })
})

t.test('tokens that do not rebuild the text fail the scores of tokens alone', async (t) => {
  const lack = { status: 'failed', reason: 'alignment_failed', message: 'They do not.' } as const
  const { score } = remote({ told: (row) => ({ ...withoutTokens(row), lack }), samples: ['a', 'b'] })
  const { scores } = await score({ prompt, scorers: ['g_nll', 'lexical_similarity'], sampling: { n: 4 } })
  t.match(scores.g_nll, { status: 'failed', value: null, reason: 'alignment_failed' })
})

t.test('fewer samples than asked for are counted and told', async (t) => {
  const { score } = remote({ told: (row) => (row.index > 3 ? null : row), samples: ['a', 'b', 'c'] })
  const { evidence, warnings } = await score({ prompt, scorers: ['lexical_similarity'], sampling: { n: 8 } })
  t.match(evidence.samples, { requested: 8, received: 3 })
  t.ok(warnings.some(({ code }) => code === 'fewer_samples'))
})

t.test('no accept rests on fewer samples than the policy knows of', async (t) => {
  const policy = storedPolicy({ scorer: 'lexical_similarity', direction: 'higher_is_more_certain', threshold: 0 })
  const all = { source: 'upstream', samples: ['Canberra it is', 'Canberra'] } as const
  const decide = async (script: Script) =>
    (await setupScoring({ script, policies: [policy] }).score({ prompt, policy: 'bot', sampling: { n: 8 } })).decision
  t.match(await decide(all), { action: 'accept' })
  t.match(await decide({ ...all, told: (row) => (row.index > 4 ? null : row) }), {
    action: 'review',
    reason: 'fewer_samples'
  })
})

t.test('an upstream that gives no answer is an error, not an empty text', async (t) => {
  const { fault } = remote({ told: () => null })
  t.match(await fault({ prompt, scorers: ['g_nll'] }), { code: 'QUALM_ERR_UPSTREAM' })
})

t.test(
  'identical samples from an upstream are degenerate unless it draws by seeds and its own values make them likely',
  async (t) => {
    const codes = async (logprob: number, told?: Script['told'], capabilities = ['seed']) => {
      const { score } = remote({
        samples: ['Canberra'],
        logprob,
        capabilities,
        ...(told === undefined ? {} : { told })
      })
      const { warnings } = await score({ prompt, scorers: ['semantic_entropy'], sampling: { n: 5 } })
      return warnings.map(({ code }) => code).includes('degenerate_samples')
    }
    t.equal(await codes(-2), true)
    t.equal(await codes(-0.01), false)
    t.equal(await codes(0), true, 'values of exactly 0 prove nothing')
    t.equal(await codes(-0.01, withoutTokens), true)
    t.equal(await codes(-0.01, undefined, []), true, 'a cache tells the same values, too')
  }
)

t.test('what an upstream does not offer is skipped', async (t) => {
  const error = new Unsupported('upstream_no_forcing', 'It does not read given texts.')
  const { score } = remote({ failure: { kind: 'scoreText', error } })
  const { scores } = await score({ prompt, answer: 'Canberra', scorers: ['mean_nll', 'length_outlier', 'exact_match'] })
  t.match(scores.mean_nll, { status: 'skipped', value: null, reason: 'upstream_no_forcing' })
})

t.test('an upstream that fails leaves the scores that need no upstream', async (t) => {
  const failures: readonly (readonly [ErrorCode, string])[] = [
    ['QUALM_ERR_UPSTREAM', 'upstream_failed'],
    ['QUALM_ERR_UPSTREAM_TIMEOUT', 'upstream_timeout'],
    ['QUALM_ERR_UPSTREAM_DOWN', 'upstream_down'],
    ['QUALM_ERR_UPSTREAM_LIMIT', 'upstream_limit'],
    ['QUALM_ERR_UPSTREAM_REFUSED', 'upstream_refused']
  ]
  const logprobs = { content: [{ token: 'Canberra', logprob: -0.3, bytes: null, top_logprobs: [] }] }
  for (const [code, reason] of failures) {
    const setup = remote({ failure: { kind: 'generate', error: new QualmError(code, 'It failed.') } })
    const request = { prompt, answer: { text: 'Canberra', logprobs }, scorers: ['mean_nll', 'lexical_similarity'] }
    const { scores } = await setup.score(request)
    t.match(scores.mean_nll, { status: 'ok' })
    t.match(scores.lexical_similarity, { status: 'failed', value: null, reason })
    t.match(await setup.fault({ prompt, scorers: ['lexical_similarity'] }), { code }, 'and alone it is the error')
  }
})

t.test('a deadline that passes while the upstream is asked is a timeout of the upstream', async (t) => {
  const { fault, clock, engine } = remote({ until: new Promise(() => undefined) })
  const asked = fault({ prompt, scorers: ['g_nll'], budget: { deadline_ms: 500 } })
  while (engine.calls.length === 0) await Promise.resolve()
  clock.advance(500)
  t.match(await asked, { code: 'QUALM_ERR_UPSTREAM_TIMEOUT' })
  t.ok(engine.calls[0]?.signal.aborted)
})
