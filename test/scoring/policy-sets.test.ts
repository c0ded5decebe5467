import t from 'tap'
import { setupScoring, storedPolicy } from '../fixtures/scoring-setup.js'

const SETS = { kind: 'sets', target: 0.1, level: null } as const
const policy = storedPolicy({
  scorer: 'option_probability',
  direction: 'higher_is_more_uncertain',
  options: { debias: 'none', set: 'none', calibration: [], alpha: 0.1 },
  objective: { ...SETS, method: 'lac' },
  guarantee: { ...SETS, method: 'split_conformal', score: 'lac', n: 4, valid: true },
  threshold: 0.5,
  calibration: [0.1, 0.2, 0.3, 0.5]
})
const choices = ['Canberra', 'Sydney', 'Perth']
const question = { prompt: 'Which?', choices, scorers: ['option_probability'], policy: 'bot' }
const masses = (...options: readonly number[]) => ({ script: { options: () => options }, policies: [policy] })

t.test('a policy of sets tells the set and accepts the answer that is alone in it', async (t) => {
  const { score } = setupScoring(masses(0.7, 0.2, 0.1))
  const { decision } = await score({ ...question, answer: 'Canberra' })
  t.match(decision, { action: 'accept', set: [{ label: 'A', text: 'Canberra' }], guarantee: { kind: 'sets', n: 4 } })
  const other = await score({ ...question, answer: 'Perth' })
  t.match(other.decision, { action: 'abstain', reason: 'answer_outside_set', set: [{ label: 'A' }] })
})

t.test('conformal abstention compares the option under test with right options', async (t) => {
  const { score } = setupScoring(masses(0.75, 0.2, 0.05))
  const result = await score({
    ...question,
    answer: 'Canberra',
    scorers: ['conformal_abstention']
  })
  t.match(result.scores.conformal_abstention, { value: 3 / 5, detail: { action: 'accept', threshold: 0.5, n: 4 } })
})

t.test('a question without options is reviewed', async (t) => {
  const { score } = setupScoring(masses(0.7, 0.2, 0.1))
  const { decision } = await score({ prompt: 'Which?', preset: 'fast', policy: 'bot' })
  t.match(decision, { action: 'review', score: null })
  t.ok(decision?.reason)
})

t.test('a policy of groups decides by the group of the request, which changes no score', async (t) => {
  const grouped = storedPolicy({
    threshold: null,
    groups: [
      { group: 'easy', n: 60, threshold: 1, compared: 2 },
      { group: 'hard', n: 5, threshold: null, reason: 'too_few_examples', needed: 22, compared: 2 }
    ]
  })
  const { score } = setupScoring({ policies: [grouped] })
  const answer = { text: 'a', logprobs: { content: [{ token: 'a', logprob: -0.5 }] } }
  const decide = async (group?: string) =>
    (await score({ answer, scorers: ['g_nll'], policy: 'bot', ...(group !== undefined && { group }) })).decision
  t.match(await decide('easy'), { action: 'accept', threshold: 1, guarantee: { n: 60, group: 'easy' } })
  t.match(await decide('hard'), { action: 'review', reason: 'group_without_threshold', threshold: null })
  t.match(await decide('other'), { action: 'review', reason: 'unknown_group' })
  t.match(await decide(), { action: 'review', reason: 'needs_group' })
})

t.test('a policy without a promise decides, and reviews once its models have changed', async (t) => {
  const models = [{ role: 'language', id: 'scripted-language', digest: 'other files' }]
  const bare = storedPolicy({ guarantee: null })
  const moved = storedPolicy({ guarantee: null, binding: { scorer: 'g_nll', models } })
  const answer = { text: 'a', logprobs: { content: [{ token: 'a', logprob: -0.5 }] } }
  const { decision } = await setupScoring({ policies: [bare] }).score({ answer, scorers: ['g_nll'], policy: 'bot' })
  t.match(decision, { action: 'accept' })
  t.notOk('guarantee' in decision!)
  const changed = await setupScoring({ policies: [moved] }).score({ prompt: 'x', preset: 'fast', policy: 'bot' })
  t.match(changed.decision, { action: 'review', reason: 'guarantee_broken' })
})
