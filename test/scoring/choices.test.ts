import t from 'tap'
import { setupScoring } from '../fixtures/scoring-setup.js'

const prompt = 'What is the capital of Australia?'
const choices = ['Canberra', 'Sydney', 'Perth']
const script = { options: () => [0.6, 0.2, 0.1] }

t.test('scorers of options share their readings, and no answer is generated for them', async (t) => {
  const { engine, score } = setupScoring({ script })
  const result = await score({ prompt, choices, scorers: ['option_probability', 'option_entropy'] })
  t.match(result.scores, { option_probability: { status: 'ok' }, option_entropy: { status: 'ok' } })
  t.equal(engine.count('options'), 3)
  t.equal(engine.calls.length, 3)
})

t.test('an option given twice is refused at its place before any model runs', async (t) => {
  const { engine, fault } = setupScoring({ script })
  const found = await fault({ prompt, choices: [...choices, 'Sydney'], scorers: ['option_entropy'] })
  t.match(found, { code: 'QUALM_ERR_VALIDATION', pointer: '/choices/3' })
  t.equal(engine.calls.length, 0)
})

t.test('options without a question are skipped, and an answer that is none of them fails', async (t) => {
  const { score } = setupScoring({ script })
  const samples = ['Canberra', 'Sydney']
  const bare = await score({ samples, choices, scorers: ['lexical_similarity', 'option_probability'] })
  t.match(bare.scores.option_probability, { status: 'skipped', reason: 'needs_prompt' })
  const answer = 'Melbourne'
  const other = await score({ prompt, answer, choices, scorers: ['option_entropy', 'option_probability'] })
  t.match(other.scores.option_probability, { status: 'failed', reason: 'answer_not_an_option' })
})
